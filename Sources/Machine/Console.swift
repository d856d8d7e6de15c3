/// Text on the serial console. There is one console; who writes to it writes whole lines.
public enum Console {
  public static func write(_ text: StaticString) {
    // SAFETY: a static string's UTF-8 bytes live for ever.
    text.withUTF8Buffer { bytes in
      for index in 0..<bytes.count { unsafe write(byte: bytes[index]) }
    }
  }

  /// A line's end is sent as CR LF, which is what terminals expect.
  public static func write(byte: UInt8) {
    if byte == 0x0A { SerialPort.write(0x0D) }
    SerialPort.write(byte)
  }

  public static func write(_ bytes: RawSpan) {
    for index in 0..<bytes.byteCount {
      // SAFETY: the index is inside the span.
      write(byte: unsafe bytes.unsafeLoad(fromByteOffset: index, as: UInt8.self))
    }
  }

  /// A number in decimal, padded with zeros to `minimumDigits`.
  public static func write(_ value: UInt64, minimumDigits: Int = 1) {
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
  public static func write(hexadecimal value: UInt64) {
    write("0x")
    var shift = 60
    while shift > 0 && value >> UInt64(shift) == 0 { shift -= 4 }
    while shift >= 0 {
      let digit = UInt8(truncatingIfNeeded: value >> UInt64(shift)) & 0xF
      write(byte: digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
      shift -= 4
    }
  }

  public static func newLine() { write(byte: 0x0A) }
}

/// What the standard library prints the texts of failed preconditions with.
@c(putchar) public func putchar(_ character: Int32) -> Int32 {
  Console.write(byte: UInt8(truncatingIfNeeded: character))
  return character
}
