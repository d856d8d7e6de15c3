public import Buffers
import Scheduling
import Timers
import Timing
import Tracing

/// One core's event loop: interrupts by priority, then due timers, then ready tasks by priority, then sleep.
///
/// Interrupts only mark and wake; all work is done by tasks, each polled to the end of its budget. Context: reactor.
public struct Reactor<Core: ReactorCore & ~Copyable>: ~Copyable {
  public var core: Core
  public private(set) var record: ReactorRecord
  private var interrupts: InterruptQueue
  private var tasks = PriorityBitmap()
  private var timers: DeadlineHeap
  private var taskOfSource: InlineArray<64, Int8> = InlineArray(repeating: -1)

  public init(core: consuming Core, traceCapacity: Int, in arena: inout Arena) throws(ArenaError) {
    let trace = try TraceRing(capacity: traceCapacity, in: &arena)
    let interrupts = try InterruptQueue(in: &arena)
    let timers = try DeadlineHeap(keyCount: PriorityBitmap.taskCount, in: &arena)
    self.core = core
    record = ReactorRecord(trace: trace)
    self.interrupts = interrupts
    self.timers = timers
  }

  /// Adds a task. Context: boot.
  public mutating func register(task: Int, priority: Int) { tasks.register(task: task, priority: priority) }

  /// Lets `source` wake `task`, or nobody: the timer's source only ends a sleep. Context: boot.
  public mutating func connect(source: Int, priority: Int, to task: Int?) {
    interrupts.register(source: source, priority: priority)
    taskOfSource[source] = Int8(task ?? -1)
  }

  /// Makes a task ready from outside of a poll.
  public mutating func wake(task: Int) { tasks.wake(task: task) }

  /// One turn. Returns after every task that was ready at its start, or became so, has been polled as often as
  /// `budget` allows; sleeps at the end when nothing is ready.
  public mutating func turn<Tasks: TaskSet & ~Copyable>(_ set: inout Tasks, budget: Int = 64) {
    record.counters.turns &+= 1
    let pending = core.pendingSources
    if pending != 0 { takeInterrupts(pending) }
    var now = core.now
    takeDueTimers(now)
    var polls = 0
    while polls < budget, let task = tasks.select(.max) {
      poll(task, of: &set, now: now)
      polls &+= 1
      if polls < budget, !tasks.isEmpty { now = core.now }
    }
    guard tasks.isEmpty else { return }
    let slept = core.sleep(until: timers.nextDeadline)
    record.counters.idle = Duration(nanoseconds: record.counters.idle.nanoseconds &+ slept.nanoseconds)
  }

  /// Takes every marked source, the most urgent first, and wakes its task.
  @inline(__always)
  private mutating func takeInterrupts(_ pending: UInt64) {
    var marks = pending
    while marks != 0 {
      let source = marks.trailingZeroBitCount
      interrupts.mark(source, at: core.take(source: source))
      marks &= marks &- 1
    }
    while let source = interrupts.select(.max) {
      record.counters.interruptsOfSource[source] &+= 1
      record.trace.record(.interrupt, at: interrupts.arrival(of: source), subject: source)
      let task = Int(taskOfSource[source])
      if task >= 0 { tasks.wake(task: task) }
    }
  }

  @inline(__always)
  private mutating func takeDueTimers(_ now: Instant) {
    while let task = timers.select(now.nanoseconds) {
      record.trace.record(.timer, at: now, subject: task)
      tasks.wake(task: task)
    }
  }

  @inline(__always)
  private mutating func poll<Tasks: TaskSet & ~Copyable>(_ task: Int, of set: inout Tasks, now: Instant) {
    var context = TaskContext(now: now, deadline: .never)
    let status = set.poll(task: task, in: &context, record: &record)
    record.counters.polls &+= 1
    timers.set(key: task, deadline: context.deadline)
    if status == .ready {
      record.trace.recordRepeatable(.task, at: now, subject: task)
      tasks.wake(task: task)
    }
    var wakes = context.wakes
    while wakes != 0 {
      tasks.wake(task: wakes.trailingZeroBitCount)
      wakes &= wakes &- 1
    }
  }
}
