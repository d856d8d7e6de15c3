import Timing
import Tracing

/// The last events of the core's trace ring, as a panic prints them: found through the core block, the newest by
/// their time, since nothing else of the kernel is trusted any more.
enum PanicTrace {
  private static let printedCount = 16

  static func write() {
    // SAFETY: `Core.publish` has filled the words in, or they are zero.
    let count = Int(CoreBlock[.traceCount])
    guard count > 0, let events = unsafe UnsafePointer<TraceEvent>(bitPattern: CoreBlock[.trace]) else {
      return
    }
    let newest = unsafe newestIndex(events, count)
    Console.write("last events:\n")
    for age in (0..<min(printedCount, count)).reversed() {
      let event = unsafe events[(newest + count - age) % count]
      if event.kind != .none { event.write() }
    }
  }

  private static func newestIndex(_ events: UnsafePointer<TraceEvent>, _ count: Int) -> Int {
    var newest = 0
    for index in 1..<count {
      if unsafe events[index].time >= events[newest].time { newest = index }
    }
    return newest
  }
}

extension TraceEvent {
  fileprivate func write() {
    var console = Console()
    console.write("  ")
    write(to: &console)
  }
}
