import Synchronization

import Buffers

/// What a block device reads and writes around the data: a header and a status byte per slot (Virtio 1.2, 5.2.6).
@safe struct BlockRequestMemory: ~Copyable {
  /// The header's 16 bytes, the status byte, and padding to half a cache line.
  private static let stride = 32
  /// Not a status a device writes: it shows one that was never written.
  static let statusUnwritten: UInt8 = 0xFF

  private let memory: UnsafeMutableRawPointer
  private let slotCount: UInt

  init(slotCount: UInt, in arena: inout Arena) throws(ArenaError) {
    let memory = unsafe try arena.carve(byteCount: Int(slotCount) * Self.stride, alignment: 64)
    unsafe self.memory = memory
    self.slotCount = slotCount
  }

  /// Writes the header of `slot`, and "not written" as its status.
  func prepare(_ slot: UInt, type: UInt32, sector: UInt64) {
    let base = unsafe base(of: slot)
    // SAFETY: a slot has 32 bytes, aligned to 32.
    unsafe base.storeBytes(of: UInt64(type), as: UInt64.self)
    unsafe base.storeBytes(of: sector, toByteOffset: 8, as: UInt64.self)
    unsafe (base + 16).assumingMemoryBound(to: Atomic<UInt8>.self).pointee
      .store(Self.statusUnwritten, ordering: .relaxed)
  }

  /// The status the device wrote, read once.
  func status(of slot: UInt) -> UInt8 {
    unsafe (base(of: slot) + 16).assumingMemoryBound(to: Atomic<UInt8>.self).pointee.load(ordering: .relaxed)
  }

  func header(of slot: UInt) -> DeviceMemory { unsafe DeviceMemory(base(of: slot), byteCount: 16) }
  func statusByte(of slot: UInt) -> DeviceMemory { unsafe DeviceMemory(base(of: slot) + 16, byteCount: 1) }

  private func base(of slot: UInt) -> UnsafeMutableRawPointer {
    precondition(slot < slotCount, "no such slot")
    return unsafe memory + Int(slot) * Self.stride
  }
}
