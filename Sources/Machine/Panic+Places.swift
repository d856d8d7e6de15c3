import Reactors
import Synchronization
import Timing
import Tracing

// Where all cores were when one of them panicked.
extension Panic {
  private static let hasWrittenOthers = Atomic<Bool>(false)
  /// How long the cores may take to stop: under emulation one may not run for a while.
  private static let patience = Duration.milliseconds(500)

  /// Writes where each other core was stopped: its number, its task, its instruction. Once: a panic in here says no more.
  static func writeOthers() {
    guard Processors.coreCount > 1,
      !hasWrittenOthers.exchange(true, ordering: .relaxed)
    else { return }
    Console.write("other cores:\n")
    let end = now + patience
    Processors.forEachOther { number, _, block in
      while CoreBlock[.stoppedPlace, ofBlock: block] == 0, now < end { corePause() }
      write(number, CoreBlock[.stoppedPlace, ofBlock: block], block)
    }
  }

  /// By the core's clock; an instant that has not come when it has none yet.
  private static var now: Instant { Clock.lineOfCore.instant(of: TimestampCounter.read()) }

  /// The address stands in a line of its own, for `tools/symbolize`.
  private static func write(_ number: Int, _ place: UInt, _ block: UInt) {
    Console.write("core ")
    Console.write(UInt64(number))
    guard place != 0 else { return Console.write(" does not stop\n") }
    Console.write(": ")
    writeTask(ofBlock: block)
    Console.newLine()
    Console.write("  at ")
    Console.write(hexadecimal: UInt64(place))
    Console.newLine()
  }

  /// Writes which task runs on a core, and since when, if one does.
  @discardableResult
  static func writeTask(ofBlock block: UInt) -> Bool {
    // SAFETY: `Core.publish` has filled the words in with a table that lives as long as the kernel, or they are zero.
    guard let running = unsafe UnsafePointer<RunningTask>(bitPattern: CoreBlock[.running, ofBlock: block])
    else {
      Console.write("no reactor runs")
      return false
    }
    let task = unsafe running.pointee
    guard task.number >= 0 else {
      Console.write("no task runs")
      return false
    }
    Console.write("task ")
    Console.write(UInt64(task.number))
    writeName(ofTask: task.number, block)
    Console.write(" runs since ")
    var console = Console()
    console.write(task.since)
    return true
  }

  private static func writeName(ofTask number: Int, _ block: UInt) {
    // SAFETY: as above; the table has as many names as the block says.
    guard number < Int(CoreBlock[.taskNameCount, ofBlock: block]),
      let names = unsafe UnsafePointer<StaticString>(bitPattern: CoreBlock[.taskNames, ofBlock: block])
    else { return }
    Console.write(" (")
    unsafe Console.write(names[number])
    Console.write(")")
  }
}
