import Buffers
import Wire

/// Which of several transmit queues a frame goes to: always the same for a flow.
///
/// A device with several pairs of queues puts what it receives of a flow into the receive queue beside the transmit queue
/// that the flow was last seen on (Virtio 1.2, 5.1.6.5.5). So this decides which core receives a client's frames.
enum TransmitSteering {
  private static let udp: UInt8 = 17

  /// The queue, below `count`, for a frame: by its destination's IPv4 address and, of a UDP datagram, port. Whatever is
  /// not IPv4 goes to the first.
  @inline(__always)
  static func queue(for frame: borrowing Frame, of count: Int) -> Int {
    let bytes = frame.bytes
    guard bytes.byteCount >= 34, bytes.bigEndian(at: 12, as: UInt16.self) == EthernetHeader.ipv4 else {
      return 0
    }
    var key = UInt64(bytes.bigEndian(at: 30, as: UInt32.self)) << 16
    let portOffset = 14 + Int(bytes.byte(at: 14) & 15) * 4 + 2
    if bytes.byte(at: 23) == udp && portOffset + 2 <= bytes.byteCount {
      key |= UInt64(bytes.bigEndian(at: portOffset, as: UInt16.self))
    }
    // The high half of a product with an odd constant depends on every bit of the key.
    let hash = (key &* 0x9E37_79B9_7F4A_7C15) >> 32
    return Int(truncatingIfNeeded: (hash &* UInt64(truncatingIfNeeded: count)) >> 32)
  }
}
