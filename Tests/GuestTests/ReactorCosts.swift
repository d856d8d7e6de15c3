import Buffers
import Machine
import Reactors
import Scheduling
import Streams
import Timing

/// What the reactor takes in instructions, on the real core: from an interrupt or a deadline to the task, from task to
/// task, and to spawn one. The time stamp counter counts instructions here.
enum ReactorCosts {
  private static let limits = ReactorLimits(taskCount: 32, taskByteCount: 128, traceCapacity: 256)

  static func run(_ report: inout TestReport, _ core: consuming Core, in arena: inout Arena) {
    guard let scene = made(CostScene(), in: &arena), let burst = made(BurstScene(), in: &arena),
      var reactor = try? Reactor<Core, PriorityLevels>(core: core, limits: limits, in: &arena)
    else { return report.expect(false, "the arena is too small") }
    reactor.connect(source: InterruptTests.timerSource, priority: 0, to: nil)
    report.count("reading the counter twice") { _ in InstructionCount(instructions: CostScene.ofNothing) }
    report.count("task switch") { taskSwitch(&$0, &reactor, scene) }
    report.count("wake of a task", atMost: 25) { wake(&$0, &reactor, scene) }
    report.count("spawn of a trivial future") { spawn(&$0, &reactor, scene) }
    report.count("spawn of a trivial future, its selection, its poll and its end") {
      spawnAndPoll(&$0, &reactor, scene)
    }
    report.count("poll of a trivial future in the place of a spawn", atMost: 60) {
      pollOrSpawn(&$0, &reactor, scene)
    }
    report.count("timer's deadline to its task, the worst of 1,000", atMost: 1_500) {
      deadlines(&$0, &reactor, scene)
    }
    report.count("interrupt sent by a poll to the deferred task, the worst of 1,000", atMost: 1_500) {
      interrupts(&$0, &reactor, scene)
    }
    report.count("end of a poll to the most urgent task of a burst, the worst of 10,000", atMost: 1_500) {
      bursts(&$0, &reactor, burst)
    }
    report.count("end of a poll to the least urgent task of a burst, the worst of 10,000") { _ in
      InstructionCount(instructions: burst.use { $0.worstOfLast })
    }
  }

  private static func made<State: ~Copyable>(
    _ state: consuming State, in arena: inout Arena
  ) -> Resident<State>? {
    try? Resident(state, in: &arena)
  }

  // MARK: - Tasks

  /// Two tasks that always have more to do, in turn.
  private static func taskSwitch(
    _ report: inout TestReport, _ reactor: inout Reactor<Core, PriorityLevels>, _ scene: Resident<CostScene>
  ) -> InstructionCount? {
    guard let first = spawn(.spin, 1, &reactor, scene), let second = spawn(.spin, 1, &reactor, scene) else {
      return nil
    }
    scene.use { $0.spinsLeft = 2_000 }
    reactor.runUntilIdle()
    let spun = scene.use { $0.lastSpin - $0.firstSpin }
    cancel(first, second, &reactor)
    return InstructionCount(instructions: spun / 1_999)
  }

  private static func wake(
    _ report: inout TestReport, _ reactor: inout Reactor<Core, PriorityLevels>, _ scene: Resident<CostScene>
  ) -> InstructionCount? {
    guard let woken = spawn(.sleeper, 1, &reactor, scene) else { return nil }
    reactor.runUntilIdle()
    scene.use { $0.woken = woken }
    guard let waker = spawn(.waker, 1, &reactor, scene) else { return nil }
    reactor.runUntilIdle()
    let (polls, counted) = scene.use { ($0.sleeperPolls, $0.counted) }
    report.expect(polls == 2, "the task was not woken once: polls", polls)
    cancel(woken, waker, &reactor)
    return InstructionCount(instructions: counted - CostScene.ofNothing)
  }

  private static func spawn(
    _ report: inout TestReport, _ reactor: inout Reactor<Core, PriorityLevels>, _ scene: Resident<CostScene>
  ) -> InstructionCount? {
    let before = TimestampCounter.read()
    let spawned = reactor.spawn(Trivial(value: 7), "trivial").id()
    let after = TimestampCounter.read()
    report.expect(spawned != nil, "the table is full")
    reactor.runUntilIdle()
    return InstructionCount(instructions: after - before - CostScene.ofNothing)
  }

  /// Turns that spawn and poll, less turns that do neither. None of them sleeps: a task of a less urgent level always has
  /// more to do, and is polled once in each.
  private static func spawnAndPoll(
    _ report: inout TestReport, _ reactor: inout Reactor<Core, PriorityLevels>, _ scene: Resident<CostScene>
  ) -> InstructionCount? {
    scene.use { $0.spawnsLeft = 1_000 }
    guard let with = spawn(.spawner, 2, &reactor, scene) else { return nil }
    reactor.runUntilIdle()
    let (spawning, ended) = scene.use { ($0.lastSpin - $0.firstSpin, $0.trivialEnds) }
    scene.use { $0.spinsLeft = 1_000 }
    guard let without = spawn(.spin, 2, &reactor, scene) else { return nil }
    reactor.runUntilIdle()
    let spinning = scene.use { $0.lastSpin - $0.firstSpin }
    report.expect(ended == 1_000, "trivial futures polled", ended)
    cancel(with, without, &reactor)
    return InstructionCount(instructions: (spawning - spinning) / 999)
  }

  private static func pollOrSpawn(
    _ report: inout TestReport, _ reactor: inout Reactor<Core, PriorityLevels>, _ scene: Resident<CostScene>
  ) -> InstructionCount? {
    guard let task = spawn(.pollOrSpawner, 1, &reactor, scene) else { return nil }
    reactor.runUntilIdle()
    let (counted, sum) = scene.use { ($0.counted, $0.trivialSum) }
    report.expect(sum == 8, "what the future gave", sum)
    cancel(task, task, &reactor)
    return InstructionCount(instructions: counted - CostScene.ofNothing)
  }

  // MARK: - What comes from outside

  private static func deadlines(
    _ report: inout TestReport, _ reactor: inout Reactor<Core, PriorityLevels>, _ scene: Resident<CostScene>
  ) -> InstructionCount? {
    sleepUntilClockIsCorrected(&reactor.core)
    reactor.readClock()
    scene.use { $0.deadlinesLeft = 1_000 }
    guard let task = spawn(.deadline, 1, &reactor, scene) else { return nil }
    while scene.use({ $0.deadlinesLeft > 0 }) { reactor.turn() }
    let (worst, early) = scene.use { ($0.worst, $0.earlyCount) }
    report.expect(early == 0, "tasks polled before their deadline", early)
    cancel(task, task, &reactor)
    return InstructionCount(instructions: worst)
  }

  /// The clock is corrected about once a second, which takes longer than anything else here, and when it is due depends
  /// on how fast the host takes what was printed: the half second behind a correction is without another.
  private static func sleepUntilClockIsCorrected(_ core: inout Core) {
    let before = core.clockCorrectionCount
    for _ in 0..<300 where core.clockCorrectionCount == before {
      core.arm(for: core.now + .milliseconds(10))
      core.haltUnlessPending()
      if core.pendingSources & 1 << UInt64(InterruptTests.timerSource) != 0 {
        _ = core.take(source: InterruptTests.timerSource)
      }
    }
  }

  private static func interrupts(
    _ report: inout TestReport, _ reactor: inout Reactor<Core, PriorityLevels>, _ scene: Resident<CostScene>
  ) -> InstructionCount? {
    scene.use {
      $0.worst = 0
      $0.interruptsLeft = 1_000
    }
    guard let served = spawn(.served, 0, &reactor, scene) else { return nil }
    reactor.connect(source: CostScene.source, priority: 0, to: served)
    reactor.runUntilIdle()
    guard let sender = spawn(.sender, 1, &reactor, scene) else { return nil }
    reactor.runUntilIdle()
    let (worst, count) = scene.use { ($0.worst, $0.servedCount) }
    report.expect(count == 1_000, "interrupts served", count)
    cancel(served, sender, &reactor)
    return InstructionCount(instructions: worst)
  }

  /// Random bursts of eight sources, each with a task of its own, served by the reactor and checked against its trace.
  private static func bursts(
    _ report: inout TestReport, _ reactor: inout Reactor<Core, PriorityLevels>, _ scene: Resident<BurstScene>
  ) -> InstructionCount? {
    for index in 0..<BurstScene.sourceCount {
      let task = reactor.spawn(BurstTask(scene: scene, index: index), "served", level(UInt8(index / 2))).id()
      guard let task else { return nil }
      reactor.connect(source: BurstScene.firstSource + index, priority: index / 2, to: task)
    }
    reactor.runUntilIdle()
    guard reactor.spawn(BurstTask(scene: scene, index: -1), "sender", level(200)).id() != nil else {
      return nil
    }
    reactor.runUntilIdle()
    let (wrong, noticed, served, worst) = scene.use {
      ($0.wrong, $0.noticed, $0.servedCount, $0.worstOfFirst)
    }
    report.expect(wrong == 0, "bursts that the trace shows in another order", wrong)
    report.expect(noticed > 1_000, "bursts in which a wrong order would be noticed", noticed)
    report.expect(served == scene.use { $0.sentCount }, "interrupts served", served)
    report.note("interrupts of 10,000 bursts", served)
    return InstructionCount(instructions: worst)
  }

  // MARK: - Helpers

  private static func level(_ level: UInt8) -> TaskAttributes { TaskAttributes(level: level) }

  private static func spawn(
    _ role: CostTask.Role, _ urgency: UInt8, _ reactor: inout Reactor<Core, PriorityLevels>,
    _ scene: Resident<CostScene>
  ) -> TaskID? {
    scene.use { $0.firstSpin = 0 }
    return reactor.spawn(CostTask(role: role, scene: scene), "cost", level(urgency)).id()
  }

  private static func cancel(
    _ first: TaskID, _ second: TaskID, _ reactor: inout Reactor<Core, PriorityLevels>
  ) {
    reactor.context.cancel(first)
    reactor.context.cancel(second)
  }
}
