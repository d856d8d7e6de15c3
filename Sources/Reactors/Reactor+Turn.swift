import Buffers
import Scheduling
import Streams
import Timers
import Timing
import Tracing

/// What a reactor does over and over: it picks a task and polls it, or sleeps.
extension Reactor where Core: ~Copyable, Tasks: ~Copyable {
  /// Polls and sleeps for ever.
  public mutating func run() {
    readClock()
    while true {
      if let slot = selectSlot() { poll(slot) } else { sleep() }
    }
  }

  /// Polls and sleeps until no task is left; one whose output waits for its parent is.
  public mutating func runUntilFinished() {
    readClock()
    while context.taskCount > 0 {
      if let slot = selectSlot() { poll(slot) } else { sleep() }
    }
  }

  /// One turn: polls tasks, as many times as a turn may have, until none is ready; then sleeps.
  ///
  /// - Returns: whether it slept.
  @discardableResult
  public mutating func turn() -> Bool {
    var pollsLeft = context.limits.pollsPerTurn
    while pollsLeft > 0 {
      guard let slot = selectSlot() else {
        sleep()
        return true
      }
      poll(slot)
      pollsLeft &-= 1
    }
    return false
  }

  /// Polls until no task is ready, and does not sleep.
  public mutating func runUntilIdle() {
    readClock()
    while let slot = selectSlot() { poll(slot) }
  }

  /// Reads the clock, as sleeping and polling do by themselves: before the first turn, and when time has passed between
  /// two turns.
  public mutating func readClock() { context.now = core.now }

  @inline(__always)
  private mutating func sleep() {
    context.running[0].sleep()
    let before = context.now
    context.now = core.sleep(until: context.timers.nextDeadline)
    let idle = context.record.counters.idle.nanoseconds
    context.record.counters.idle.nanoseconds = idle &+ (context.now.nanoseconds &- before.nanoseconds)
  }

  /// The slot of the next task to poll. Marked interrupts and due timers are taken first.
  @inline(__always)
  mutating func selectSlot() -> Int? {
    // First, since interrupts and timers wake tasks that the discipline has to know.
    if !context.tasks.isTold { tellDiscipline() }
    let pending = core.pendingSources
    if pending != 0 { takeInterrupts(pending) }
    if context.timers.nextDeadline <= context.now { takeDueTimers() }
    return ready.select(.max)
  }

  /// Tells the discipline what happened to tasks since it was told last.
  mutating func tellDiscipline() {
    while !context.tasks.isTold {
      let (slot, changes) = context.tasks.takeChanged()
      if changes.contains(.withdrawn) { ready.withdraw(slot) }
      if changes.contains(.admitted) { ready.admit(slot, context.tasks.slots[slot].attributes) }
      if changes.contains(.woken) { ready.wake(slot, at: context.now) }
    }
  }

  // MARK: - Polling

  /// Polls the task in `slot`, and does with it what it says.
  @inline(__always)
  mutating func poll(_ slot: Int) {
    let entry = context.tasks.entry(slot)
    context.begin(slot)
    let status = entry.poll(&context)
    let started = context.now
    context.now = core.now
    context.record.counters.polls &+= 1
    context.timers.set(task: slot, deadline: context.deadline)
    // Before a finished task loses its name.
    let duration = Duration(nanoseconds: context.now.nanoseconds &- started.nanoseconds)
    if duration > context.noteworthyPoll { noteLongPoll(slot, started, duration) }
    if status != .waiting { goOn(slot, status, started) }
    context.currentSlot = noSlot
    if context.doomed != nil { context.endDoomed() }
  }

  @inline(__always)
  private mutating func goOn(_ slot: Int, _ status: SlotStatus, _ started: Instant) {
    if status == .ready {
      context.record.trace.recordRepeatable(.task, at: started, subject: slot)
      // It goes behind those that it has woken, or they would see it run twice.
      if !context.tasks.isTold { tellDiscipline() }
      ready.wake(slot, at: context.now)
    } else {
      context.finish(slot)
    }
  }

  /// Keeps the longest poll, and records one that has overrun its budget.
  @inline(__always)
  private mutating func noteLongPoll(_ slot: Int, _ started: Instant, _ duration: Duration) {
    if duration <= context.limits.pollBudget {
      context.record.counters.longestPoll = duration
      context.noteworthyPoll = duration
    } else {
      noteOverrun(slot, started)
    }
  }

  @inline(never)
  private mutating func noteOverrun(_ slot: Int, _ started: Instant) {
    // All marks had been taken before the poll, so one that stands was made during it.
    let address = core.pendingSources != 0 ? core.interruptedAddress : 0
    context.noteOverrun(slot, started, address: address)
  }
}
