import Buffers
import Glibc
import Queues
import Reactors
import Scheduling
import Streams
import Synchronization
import Timers
import Timing

// The examples of Sources/Reactors/Reactors.docc, as they stand there: `DocumentedExamplesTests` compares and runs them.

// MARK: - A task

struct Countdown: Schedulable {
  var left: Int
  var pause = Sleep(for: .milliseconds(1))

  mutating func poll(_ context: inout CoreContext) -> TaskPoll<Void> {
    guard case .ready = context.poll(&pause) else { return .waiting }
    left -= 1
    pause = Sleep(for: .milliseconds(1))
    return left == 0 ? .finished : .ready
  }

  static var functions: TaskFunctions<Self> { TaskFunctions(poll: { $0.poll(&$1) }, drop: { $0.drop($1) }) }
}

// MARK: - A reactor

func countDown<Core: ReactorCore & ~Copyable>(
  on core: consuming Core, in arena: inout Arena
) throws(ArenaError) -> Reactor<Core, PriorityLevels> {
  var reactor = try Reactor<Core, PriorityLevels>(
    core: core, limits: ReactorLimits(taskCount: 16), in: &arena)
  if let task = reactor.spawn(Countdown(left: 3), "countdown", TaskAttributes(level: 10)).id() {
    reactor.connect(source: 5, priority: 0, to: task)
  }
  return reactor
}

// MARK: - A parent

struct Square: Schedulable {
  let side: Int

  func poll(_ context: inout CoreContext) -> TaskPoll<Int> { .finished(side * side) }

  static var functions: TaskFunctions<Self> { TaskFunctions(poll: { $0.poll(&$1) }, drop: { $0.drop($1) }) }
}

struct Area: Schedulable {
  var child: Child<Int>?

  mutating func poll(_ context: inout CoreContext) -> TaskPoll<Int> {
    guard let child else {
      switch context.spawn(Square(side: 4), "square", keepsOutput: true) {
      case .child(let child): self.child = child
      case .full: return .finished(-1)
      }
      return .waiting
    }
    switch context.join(child) {
    case .ready(let area): return .finished(area)
    case .failed, .ended: return .finished(-1)
    case .pending: return .waiting
    }
  }

  static var functions: TaskFunctions<Self> { TaskFunctions(poll: { $0.poll(&$1) }, drop: { $0.drop($1) }) }
}

// MARK: - The first of several

struct Quote: Schedulable, ~Copyable {
  let prices: Resident<RingBuffer<Int>>
  var patience = Sleep(for: .milliseconds(5))

  mutating func poll(_ context: inout CoreContext) -> TaskPoll<Int?> {
    switch prices.use({ prices in context.pollFirst(of: &prices, &patience) }) {
    case .ready(.first(let price)): return .finished(price)
    case .ready(.second), .failed, .ended: return .finished(nil)
    case .pending: return .waiting
    }
  }

  static var functions: TaskFunctions<Self> { TaskFunctions(poll: { $0.poll(&$1) }, drop: { $0.drop($1) }) }
}

// MARK: - A timer

struct Heartbeat: Schedulable {
  var timer: TimerID?
  var beats: UInt64 = 0

  mutating func poll(_ context: inout CoreContext) -> TaskPoll<UInt64> {
    do throws(TimerError) {
      if timer == nil { timer = try context.createTimer(every: .milliseconds(10), missed: .skip) }
      while let timer, case .ready(let tick) = context.poll(timer) { beats += 1 + tick.missed }
      return beats < 5 ? .waiting : .finished(beats)
    } catch {
      return .finished(0)
    }
  }

  static var functions: TaskFunctions<Self> { TaskFunctions(poll: { $0.poll(&$1) }, drop: { $0.drop($1) }) }
}

// MARK: - Actors

struct Account: RestartableProcess {
  struct Overdrawn: Error {}
  var state = 0

  mutating func send(_ amount: consuming Int) -> Result<Int, Overdrawn> {
    guard state + amount >= 0 else { return .failure(Overdrawn()) }
    state += amount
    return .success(state)
  }

  mutating func restart() { state = 0 }
}

struct Accounts: Schedulable {
  let store: Resident<ActorStore<Account, RoundRobin>>

  func poll(_ context: inout CoreContext) -> TaskPoll<Escalation<Account.Overdrawn>> {
    store.use { $0.poll(&context, budget: 32) { actor, account, result in } }
  }

  static var functions: TaskFunctions<Self> { TaskFunctions(poll: { $0.poll(&$1) }, drop: { $0.drop($1) }) }
}

struct Bank: Schedulable {
  let store: Resident<ActorStore<Account, RoundRobin>>
  var child: Child<Escalation<Account.Overdrawn>>?

  mutating func poll(_ context: inout CoreContext) -> TaskPoll<Void> {
    if let child, case .ready(let escalation) = context.join(child) {
      store.use { store in _ = store.stop(escalation.actor) }
      self.child = nil
    }
    if child == nil,
      case .child(let accounts) = context.spawn(Accounts(store: store), "accounts", keepsOutput: true)
    {
      child = accounts
    }
    return .waiting
  }

  static var functions: TaskFunctions<Self> { TaskFunctions(poll: { $0.poll(&$1) }, drop: { $0.drop($1) }) }
}

// MARK: - A core on Linux

final class Doorbell: Sendable {
  let marked = Atomic<UInt64>(0)
  let read: Int32
  let write: Int32

  init() {
    var ends: [Int32] = [0, 0]
    precondition(unsafe pipe(&ends) == 0, "no pipe to be had")
    (read, write) = (ends[0], ends[1])
  }

  func ring(source: Int) {
    let former = marked.bitwiseOr(1 << UInt64(source), ordering: .acquiringAndReleasing).oldValue
    if former == 0 { _ = unsafe Glibc.write(write, [1] as [UInt8], 1) }
  }
}

struct LinuxCore: ReactorCore, ~Copyable {
  let number = 0
  let doorbell: Doorbell

  var now: Instant {
    var time = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return Instant(nanoseconds: UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec))
  }

  var pendingSources: UInt64 { doorbell.marked.load(ordering: .acquiring) }

  mutating func take(source: Int) -> Instant {
    doorbell.marked.bitwiseAnd(~(1 << UInt64(source)), ordering: .acquiringAndReleasing)
    return now
  }

  mutating func sleep(until deadline: Instant) -> Instant {
    var bell = pollfd(fd: doorbell.read, events: Int16(POLLIN), revents: 0)
    let milliseconds = (deadline.since(now).nanoseconds + 999_999) / 1_000_000
    if unsafe poll(&bell, 1, deadline == .never ? -1 : Int32(clamping: milliseconds)) > 0 {
      var bytes = [UInt8](repeating: 0, count: 16)
      _ = unsafe read(doorbell.read, &bytes, bytes.count)
    }
    return now
  }
}
