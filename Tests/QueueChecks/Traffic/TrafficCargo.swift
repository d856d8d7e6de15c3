import Buffers
import Queues
import Wire

/// What carries a number from core to core.
protocol TrafficLoading: Sendable {
  associatedtype Cargo: Sendable & ~Copyable
  /// Puts a number into a cargo; nothing when there is none to be had now.
  mutating func load(_ number: UInt64) -> Cargo?
  static func unload(_ cargo: consuming Cargo) -> UInt64
}

/// The number is the message.
struct PlainNumbers: TrafficLoading {
  func load(_ number: UInt64) -> UInt64? { number }
  static func unload(_ cargo: UInt64) -> UInt64 { cargo }
}

/// The number is in a buffer of the sending core's pool, where it is back once the receiving core has read it.
struct BufferedNumbers: TrafficLoading {
  let pool: BufferPool<HardwareWord>

  func load(_ number: UInt64) -> UniqueBuffer<HardwareWord>? {
    guard var buffer = pool.take() else { return nil }
    buffer.resize(to: 16)
    store(number, &buffer)
    return buffer
  }

  private func store(_ number: UInt64, _ buffer: inout UniqueBuffer<HardwareWord>) {
    var bytes = buffer.buffer
    bytes.storeLittleEndian(number, at: 0)
    bytes.storeLittleEndian(~number, at: 8)
  }

  /// A number that nobody sent when its two copies are not the same: somebody else has written to the buffer.
  static func unload(_ cargo: consuming UniqueBuffer<HardwareWord>) -> UInt64 {
    let bytes = cargo.bytes
    let number = bytes.littleEndian(at: 0, as: UInt64.self)
    let other = bytes.littleEndian(at: 8, as: UInt64.self)
    return number == ~other ? number : .max
  }
}
