import Scheduling
import Streams
import Timers
import Timing
import Tracing

/// What wakes tasks from outside: interrupts that have marked their source, and timers that are due.
extension Reactor where Core: ~Copyable, Tasks: ~Copyable {
  /// Takes every marked source, the most urgent first, and wakes its task.
  @inline(__always)
  mutating func takeInterrupts(_ marked: UInt64) {
    guard marked & (marked &- 1) == 0 else { return takeInOrder(marked) }
    let source = marked.trailingZeroBitCount
    let instant = core.take(source: source)
    if interrupts.admits(source, at: instant) {
      serve(source, markedAt: instant)
    } else {
      queue(source, markedAt: instant)
    }
  }

  @inline(never)
  private mutating func takeInOrder(_ marked: UInt64) {
    var rest = marked
    while rest != 0 {
      let source = rest.trailingZeroBitCount
      rest &= rest &- 1
      let instant = core.take(source: source)
      if !interrupts.mark(source, at: instant) { throttle(source) }
    }
    serveQueued()
  }

  @inline(never)
  private mutating func queue(_ source: Int, markedAt instant: Instant) {
    if !interrupts.mark(source, at: instant) { throttle(source) }
  }

  private mutating func serveQueued() {
    while let source = interrupts.select(.max) { serve(source, markedAt: interrupts.arrival(of: source)) }
  }

  @inline(__always)
  private mutating func serve(_ source: Int, markedAt instant: Instant) {
    context.record.counters.interruptsOfSource[source] &+= 1
    context.record.trace.record(.interrupt, at: instant, subject: source)
    let task = taskOfSource[source]
    if context.tasks.isLive(task) { ready.wake(task.slot, at: context.now) }
  }

  // MARK: - Storms

  /// Masks a source that came more often than its limit allows, until its time has come.
  private mutating func throttle(_ source: Int) {
    core.setMask(true, source: source)
    context.record.counters.throttled &+= 1
    context.timers.set(task: context.releaseTimer, deadline: interrupts.nextRelease)
  }

  private mutating func release() {
    var released = interrupts.releaseDue(context.now)
    while released != 0 {
      core.setMask(false, source: released.trailingZeroBitCount)
      released &= released &- 1
    }
    context.timers.set(task: context.releaseTimer, deadline: interrupts.nextRelease)
    serveQueued()
  }

  // MARK: - Timers

  /// Wakes the tasks whose deadline or timer is due.
  @inline(never)
  mutating func takeDueTimers() {
    while let slot = context.timers.select(context.now.nanoseconds) {
      if slot == context.releaseTimer {
        release()
      } else {
        context.record.trace.record(.timer, at: context.now, subject: slot)
        ready.wake(slot, at: context.now)
      }
    }
  }
}
