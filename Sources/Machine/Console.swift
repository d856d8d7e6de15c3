public import Tracing

/// Text on the serial console, sent at once; for the boot log and for panics. While the kernel runs, its console task
/// writes in its own time.
public struct Console: TextWriter {
  public init() {}

  /// A line's end is sent as CR LF, which is what terminals expect.
  public mutating func write(byte: UInt8) { Self.write(byte: byte) }

  public static func write(byte: UInt8) {
    if byte == 0x0A { SerialPort.write(0x0D) }
    SerialPort.write(byte)
  }

  public static func write(_ text: StaticString) {
    var console = Console()
    console.write(text)
  }

  public static func write(_ value: UInt64) {
    var console = Console()
    console.write(value)
  }

  public static func write(hexadecimal value: UInt64) {
    var console = Console()
    console.write(hexadecimal: value)
  }

  public static func newLine() { write(byte: 0x0A) }
}

/// What the standard library prints the texts of failed preconditions with.
@c(putchar) public func putchar(_ character: Int32) -> Int32 {
  Console.write(byte: UInt8(truncatingIfNeeded: character))
  return character
}
