import Tracing

/// How the kernel ends: the exit device's status when there is one, and a halt in any case.
public enum Machine {
  /// What QEMU's isa-debug-exit device is written; QEMU then exits with `(value << 1) | 1`, so 33 means passed and
  /// nothing of QEMU's own means it.
  public enum Ending: UInt8, Sendable {
    case passed = 16
    case failed = 17
    case panic = 18
  }

  /// The port `tools/run-qemu --exit-device` puts the device at.
  static let exitPort: UInt16 = 0xF4

  /// Ends the guest. Without an exit device the core halts for ever, with the console as it is.
  public static func stop(_ ending: Ending) -> Never {
    interruptsDisable()
    portWrite8(exitPort, ending.rawValue)
    while true { coreStop() }
  }

  /// Ends the boot of a machine that cannot be used: says why, and what to do about it.
  public static func stop(_ text: (inout Console) -> Void) -> Never {
    var console = Console()
    console.write("sluice: stopped: ")
    text(&console)
    console.newLine()
    stop(.failed)
  }

  /// Stops with a message: something happened that must not.
  public static func panic(
    _ message: StaticString, file: StaticString = #fileID, line: UInt = #line
  ) -> Never {
    interruptsDisable()
    Panic.begin(at: Backtrace.callerAddress)
    Console.write("\nsluice: panic: ")
    Console.write(message)
    Console.write(" (")
    Console.write(file)
    Console.write(":")
    Console.write(UInt64(line))
    Console.write(") core ")
    Console.write(UInt64(CoreBlock[.number]))
    Console.newLine()
    Backtrace.write()
    PanicTrace.write()
    Panic.writeOthers()
    stop(.panic)
  }
}
