import Machine
import Timing
import Tracing

/// What is said while booting: a line a step, with the time since the kernel's first instruction.
struct BootLog {
  let clock: Clock

  /// Writes a line made by `text`.
  func line(_ text: (inout Console) -> Void) {
    var console = Console()
    console.write("[")
    console.write(clock.now)
    console.write("] ")
    text(&console)
    console.newLine()
  }

  /// Says how much memory there is, and how time is measured.
  func write(ofMemory byteCount: Int) {
    line { console in
      console.write("sluice: ")
      console.write(UInt64(byteCount) >> 10)
      console.write(" KiB of memory, clock ")
      console.write(clock.timestampFrequencyHertz / 1_000_000)
      console.write(Processor.hasInvariantTimestamps ? " MHz" : " MHz corrected by the 8254")
      console.write(LocalAPIC.isX2APIC ? ", x2APIC" : ", xAPIC")
      if Processor.hasTimestampDeadlines { console.write(" with deadlines") }
    }
  }

  func line(_ text: StaticString) { line { $0.write(text) } }

  /// Ends the boot: says why, and what to do about it.
  static func stop(_ text: (inout Console) -> Void) -> Never {
    Machine.stop(text)
  }

  static func stop(_ text: StaticString) -> Never { stop { $0.write(text) } }
}
