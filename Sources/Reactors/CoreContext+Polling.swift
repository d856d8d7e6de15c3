import Buffers
import Timers
import Timing
import Tracing

/// What happens around a poll.
extension CoreContext {
  @inline(__always)
  mutating func begin(_ slot: Int) {
    currentSlot = Int32(truncatingIfNeeded: slot)
    running[0].poll(slot, at: now)
    deadline = .never
  }

  /// Before a polled task that has finished is dropped: ends the tasks below it, its deadline and its timers.
  @inline(__always)
  mutating func endChildren() {
    deadline = .never
    let slot = Int(currentSlot)
    if tasks.slots[slot].youngestChild != noSlot { end(slot, onlyChildren: true) }
    if tasks.slots[slot].ownsTimers { tasks.destroyTimers(of: slot, &timers) }
  }

  /// After a poll that finished its task, which has been dropped: tells the parent.
  mutating func finish(_ slot: Int) {
    let parent = tasks.finish(slot)
    // It lives, since tasks do not outlive their parents.
    if parent != noSlot { tasks.note(.woken, of: Int(parent)) }
  }

  /// Ends the task whose end had to wait for the poll.
  mutating func endDoomed() {
    guard let task = doomed else { return }
    doomed = nil
    // It may have finished by itself meanwhile.
    if tasks.holds(task) { end(task.slot, onlyChildren: false) }
  }

  /// - Parameter address: where an interrupt last found the core.
  mutating func noteOverrun(_ slot: Int, _ started: Instant, address: UInt) {
    let duration = now.since(started)
    record.counters.longestPoll = max(record.counters.longestPoll, duration)
    noteworthyPoll = limits.pollBudget
    record.counters.overruns &+= 1
    tasks.overrunCounts[slot] &+= 1
    let task = report(slot)
    record.lastOverrun = PollOverrun(
      task: task.id, name: task.name, start: started, duration: duration, address: address)
    record.trace.record(.overrun, at: started, subject: slot, detail: UInt64(address))
  }
}
