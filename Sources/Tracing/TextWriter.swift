public import Timing
import Wire

/// Somewhere text goes, a byte at a time; the rest is formatting without a heap.
public protocol TextWriter: ~Copyable {
  mutating func write(byte: UInt8)
}

extension TextWriter where Self: ~Copyable {
  public mutating func write(_ text: StaticString) {
    let bytes = text.bytes
    for index in 0..<bytes.byteCount { write(byte: bytes.byte(at: index)) }
  }

  /// The bytes as they are, for text that came from elsewhere; a byte that is no printable ASCII is shown as a question mark.
  public mutating func write(_ text: RawSpan) {
    for index in 0..<text.byteCount {
      let byte = text.byte(at: index)
      write(byte: byte >= 0x20 && byte < 0x7F ? byte : UInt8(ascii: "?"))
    }
  }

  /// A number in decimal, padded with zeros to `minimumDigits`.
  public mutating func write(_ value: UInt64, minimumDigits: Int = 1) {
    var divisor: UInt64 = 1
    var digits = 1
    while value / divisor >= 10 || digits < minimumDigits {
      divisor *= 10
      digits += 1
    }
    while divisor > 0 {
      write(byte: UInt8(ascii: "0") + UInt8(value / divisor % 10))
      divisor /= 10
    }
  }

  /// A number in hexadecimal, with `0x`.
  public mutating func write(hexadecimal value: UInt64) {
    write("0x")
    var shift: UInt64 = 60
    while shift > 0 && value >> shift == 0 { shift -= 4 }
    while true {
      let digit = UInt8(truncatingIfNeeded: value >> shift) & 0xF
      write(byte: digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
      guard shift > 0 else { return }
      shift -= 4
    }
  }

  /// An IPv4 address, most significant byte first, in dotted decimal.
  public mutating func write(address: UInt32) {
    for part: UInt32 in 0..<4 {
      if part > 0 { write(".") }
      write(UInt64(address >> (24 - 8 * part) & 0xFF))
    }
  }

  /// A time in seconds, to the microsecond.
  public mutating func write(_ time: Instant) {
    write(time.nanoseconds / 1_000_000_000)
    write(".")
    write(time.nanoseconds / 1_000 % 1_000_000, minimumDigits: 6)
  }

  public mutating func newLine() { write(byte: 0x0A) }
}

extension TextWriter where Self: ~Copyable {
  /// A line of a name and its value.
  public mutating func write(_ name: StaticString, _ value: UInt64) {
    write(name)
    write(" ")
    write(value)
    newLine()
  }
}
