import Machine
import Reactors
import Scheduling
import Timing

/// A future that finishes in its first poll.
struct Trivial: Schedulable {
  let value: UInt64

  mutating func poll(_ context: inout CoreContext) -> TaskPoll<UInt64> { .finished(value &+ 1) }

  static var functions: TaskFunctions<Trivial> {
    TaskFunctions(poll: { $0.poll(&$1) }, drop: { $0.drop($1) })
  }
}

/// What the tasks whose costs are counted write down.
struct CostScene {
  static let source = 40

  /// Polls that `spin` still has, when the first was and when the last.
  var spinsLeft = 0
  var firstSpin: UInt64 = 0
  var lastSpin: UInt64 = 0
  var spawnsLeft = 0
  var trivialEnds: UInt64 = 0
  var trivialSum: UInt64 = 0
  var woken: TaskID?
  var sleeperPolls: UInt64 = 0
  var counted: UInt64 = 0
  var deadlinesLeft = 0
  var deadline = Instant.never
  var earlyCount: UInt64 = 0
  var interruptsLeft = 0
  var sent: UInt64 = 0
  var servedCount: UInt64 = 0
  var worst: UInt64 = 0
  private var random = Random(state: 88_172_645_463_325_252)

  /// What reading the counter twice counts by itself.
  static var ofNothing: UInt64 {
    let before = TimestampCounter.read()
    return TimestampCounter.read() - before
  }

  mutating func spin(_ now: UInt64) {
    if firstSpin == 0 { firstSpin = now }
    lastSpin = now
  }

  /// Notes how late the task is, and gives its next deadline, up to a millisecond away.
  mutating func nextDeadline(_ context: borrowing CoreContext, at now: Instant) -> Instant? {
    if deadline != .never {
      if now < deadline { earlyCount += 1 }
      worst = max(worst, now.since(deadline).nanoseconds)
      deadlinesLeft -= 1
    }
    guard deadlinesLeft > 0 else { return nil }
    deadline = context.now + .nanoseconds(10_000 + UInt64(random.next(below: 900_000)))
    return deadline
  }
}

/// A task whose costs are counted, in one of several roles.
struct CostTask: Schedulable {
  enum Role {
    case spin, sleeper, waker, spawner, pollOrSpawner, deadline, sender, served
  }

  let role: Role
  let scene: Resident<CostScene>

  mutating func poll(_ context: inout CoreContext) -> TaskPoll<Void> {
    let now = TimestampCounter.read()
    switch role {
    case .spin: return spin(now)
    case .sleeper: scene.use { $0.sleeperPolls += 1 }
    case .waker: wake(&context)
    case .spawner: return spawn(&context, now)
    case .pollOrSpawner: pollOrSpawn(&context)
    case .deadline: return waitForNext(&context, Clock.lineOfCore.instant(of: now))
    case .sender: return send()
    case .served:
      scene.use {
        guard $0.sent != 0 else { return }
        $0.servedCount += 1
        $0.worst = max($0.worst, now - $0.sent)
      }
    }
    return .waiting
  }

  private func spin(_ now: UInt64) -> TaskPoll<Void> {
    scene.use {
      guard $0.spinsLeft > 0 else { return .waiting }
      $0.spinsLeft -= 1
      $0.spin(now)
      return .ready
    }
  }

  private func wake(_ context: inout CoreContext) {
    guard let woken = scene.use({ $0.woken }) else { return }
    let before = TimestampCounter.read()
    context.wake(woken)
    let after = TimestampCounter.read()
    scene.use { $0.counted = after - before }
  }

  private func spawn(_ context: inout CoreContext, _ now: UInt64) -> TaskPoll<Void> {
    guard scene.use({ $0.spawnsLeft > 0 }) else { return .waiting }
    scene.use {
      $0.spawnsLeft -= 1
      $0.spin(now)
    }
    guard context.spawn(Trivial(value: 1), "trivial", .init(level: 1)).id() != nil else { return .waiting }
    scene.use { $0.trivialEnds += 1 }
    return .ready
  }

  private func pollOrSpawn(_ context: inout CoreContext) {
    let before = TimestampCounter.read()
    let result = context.pollOrSpawn(Trivial(value: 7), "trivial")
    let after = TimestampCounter.read()
    guard case .finished(let value) = consume result else { return }
    scene.use {
      $0.counted = after - before
      $0.trivialSum = value
    }
  }

  private func waitForNext(_ context: inout CoreContext, _ now: Instant) -> TaskPoll<Void> {
    // Behind the last one comes another that ends the sleep of the turn.
    context.deadline = scene.use({ $0.nextDeadline(context, at: now) }) ?? context.now + .seconds(1)
    return .waiting
  }

  private func send() -> TaskPoll<Void> {
    let isMore = scene.use {
      $0.interruptsLeft -= 1
      return $0.interruptsLeft >= 0
    }
    guard isMore else { return .waiting }
    scene.use { $0.sent = TimestampCounter.read() }
    LocalAPIC.raise(source: CostScene.source)
    return .ready
  }

  static var functions: TaskFunctions<CostTask> {
    TaskFunctions(poll: { $0.poll(&$1) }, drop: { $0.drop($1) })
  }
}
