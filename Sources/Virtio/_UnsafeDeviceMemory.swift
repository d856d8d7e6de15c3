import Buffers

/// A piece of memory that a device is allowed to use: made here only, out of memory that is owned by a request.
struct DeviceMemory: Sendable {
  let address: UInt64
  let byteCount: UInt32

  @inline(__always) @unsafe
  init(_ memory: UnsafeMutableRawPointer, byteCount: Int) {
    address = UInt64(UInt(bitPattern: memory))
    self.byteCount = UInt32(truncatingIfNeeded: byteCount)
  }
}

extension DeviceMemory {
  /// A frame's whole buffer with the device's header in front, to receive into.
  @inline(__always)
  static func receiving(_ frame: borrowing Frame) -> DeviceMemory {
    // SAFETY: the header fits the headroom, and the frame's memory goes where the frame goes.
    unsafe DeviceMemory(
      frame.deviceAddress - NetworkHeader.byteCount, byteCount: NetworkHeader.byteCount &+ Frame.capacity)
  }

  /// A frame's valid bytes with an all-zero header in front, to transmit: no checksum is left to the device and
  /// nothing is segmented (Virtio 1.2, 5.1.6.2). What an earlier use left in the header is overwritten.
  @inline(__always)
  static func transmitting(_ frame: borrowing Frame) -> DeviceMemory {
    // SAFETY: the 12 bytes are in the headroom; the frame starts 16-aligned, so both stores are aligned.
    let header = unsafe frame.deviceAddress - NetworkHeader.byteCount
    unsafe header.storeBytes(of: 0, as: UInt32.self)
    unsafe header.storeBytes(of: 0, toByteOffset: 4, as: UInt64.self)
    return unsafe DeviceMemory(header, byteCount: NetworkHeader.byteCount &+ frame.byteCount)
  }

  /// The first sectors of a block.
  static func sectors(_ count: Int, of block: borrowing Block) -> DeviceMemory {
    precondition(count >= 0 && count * Block.sectorByteCount <= block.byteCount)
    // SAFETY: just checked; the block's memory goes where the block goes.
    return unsafe DeviceMemory(block.deviceAddress, byteCount: count * Block.sectorByteCount)
  }
}

/// The header that precedes each frame on a network device's queues (Virtio 1.2, 5.1.6).
enum NetworkHeader {
  /// Flags, segmentation type, header length, segment size, checksum start and offset, number of buffers.
  static let byteCount = 12
}
