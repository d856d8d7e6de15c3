public import Buffers
public import Reactors
public import Timing
import Tracing

/// What becomes of a core that its own watchdog finds hanging.
public enum WatchdogPolicy: Sendable {
  /// The machine stops, with a panic that says where the core is: for one without which nothing works.
  case panic
  /// Another core is told, once a hang, by a mark of `source` there, which has to wake a task that polls a `CoreWatch`; the
  /// core goes on hanging. It prints nothing itself, since the console belongs to another.
  case report(source: Int, onCore: Int)
}

extension Core {
  /// From now on a core that takes no mark of the timer's source for `period` is found to hang, at the latest one
  /// and a half periods later.
  ///
  /// The timer keeps counting while the core runs, so it wakes a sleeping core at most once a period, and not again
  /// when there is no deadline. Context: boot.
  ///
  /// - Parameter period: 1 us to what the timer counts, about 4 s; a longer one is cut.
  public mutating func startWatchdog(period: Duration, policy: WatchdogPolicy = .panic) {
    precondition(period >= .microseconds(1), "the watchdog's period is at least 1 us")
    CoreBlock[.frequency] = UInt(clock.timestampFrequencyHertz)
    if case .report(let source, let other) = policy {
      precondition(other != number, "a core that hangs does not hear of it")
      precondition(source >= 0 && source < InterruptTable.sourceCount, "an interrupt source is 0 to 63")
      CoreBlock[.reportSource] = UInt(source)
      CoreBlock[.reportCore] = UInt(other + 1)
    } else {
      CoreBlock[.reportCore] = 0
    }
    timer.startWatchdog(cycles: clock.cycles(in: period))
  }

  /// Lets the watchdog say which task runs: the reactor keeps `running` up to date, in its first element, and the name
  /// of task n is `names[n]`; a task without one is named by its number alone. Context: boot.
  public mutating func publish(_ running: borrowing Table<RunningTask>, names: borrowing Table<StaticString>)
  {
    precondition(running.count > 0, "there is no place for what runs")
    CoreBlock[.running] = unsafe running.address
    CoreBlock[.taskNames] = unsafe names.address
    CoreBlock[.taskNameCount] = UInt(names.count)
  }
}

/// Where a core comes to whose timer has fired twice with nobody looking. Context: interrupt.
@c(watchdog_expired) public func watchdogExpired(_ frame: UnsafePointer<UInt64>, _: UInt64) {
  // SAFETY: only the stub calls this, with the words it has just pushed.
  let frame = unsafe ExceptionFrame(words: frame)
  if CoreBlock[.reportCore] != 0 {
    unsafe reportHang(at: frame.instructionPointer)
  } else {
    unsafe panicOfHang(frame)
  }
}

/// Says so in the core block, and to whoever is to hear of it; once while the timer's mark stands.
private func reportHang(at place: UInt64) {
  let stamp = CoreBlock.stamp(of: CoreBlock[.timerSource])
  guard CoreBlock[.hang] != stamp else { return }
  CoreBlock[.hangPlace] = UInt(place)
  CoreBlock[.hang] = stamp
  LocalAPIC.raise(source: Int(CoreBlock[.reportSource]), onCore: Int(CoreBlock[.reportCore]) - 1)
}

/// Which task runs, where it is, and how it got there.
private func panicOfHang(_ frame: ExceptionFrame) -> Never {
  unsafe Panic.begin(at: frame.instructionPointer)
  let milliseconds = millisecondsSinceMark()
  Console.write("\nsluice: panic: watchdog: core ")
  Console.write(UInt64(CoreBlock[.number]))
  Console.write(" has not turned for ")
  Console.write(milliseconds)
  Console.write(" ms; ")
  let runsTask = Panic.writeTask(ofBlock: CoreBlock[.itself])
  Console.write(runsTask ? " at rip " : ", rip ")
  unsafe Console.write(hexadecimal: frame.instructionPointer)
  Console.write(" rsp ")
  unsafe Console.write(hexadecimal: frame.stackPointer)
  Console.newLine()
  unsafe Backtrace.write(instructionPointer: frame.instructionPointer, framePointer: frame.framePointer)
  PanicTrace.write()
  Panic.writeOthers()
  Machine.stop(.panic)
}

/// How long the timer's mark has been standing.
private func millisecondsSinceMark() -> UInt64 {
  let cycles = TimestampCounter.read() &- coreTakeSource(CoreBlock[.timerSource])
  return cycles / max(1, UInt64(CoreBlock[.frequency]) / 1000)
}
