import Buffers
import Machine
import Queues
import Reactors
import Streams
import Timing

/// What it takes in instructions to hand a message to a core that sleeps, and to one that does not.
///
/// The machine whose time is its instruction count runs one core at a time, and both have the same counter.
enum HandOverCosts {
  static let source = 43
  private static let count = 1_000

  static func run(_ report: inout TestReport, _ core: inout Core, in arena: inout Arena) {
    report.count("three known instructions") { _ in InstructionCount.ofThree(core) }
    report.count("push to a consumer that has a hook and does not sleep") { awake(&$0, in: &arena) }
    report.count("asking for the hook") { arming(&$0, in: &arena) }
    guard var ends = started(&core, in: &arena) else {
      return report.expect(false, "there is no second core")
    }
    var least = HandOver(push: .max, whole: .max)
    report.count("push to a consumer that sleeps on another core: hook and interrupt, the least of 1,000") {
      report in
      least = handOver(&core, &ends, &report)
      return InstructionCount(instructions: least.push)
    }
    report.count("from before that push to the first instruction of the task it wakes, the least of 1,000") {
      _ in
      InstructionCount(instructions: least.whole)
    }
  }

  private static func awake(_ report: inout TestReport, in arena: inout Arena) -> InstructionCount? {
    guard let ends = link(capacity: 1 << 14, in: &arena) else { return nil }
    var producer = ends.producer
    let consumer = ends.consumer
    let result = InstructionCount { count in
      var left = count
      while left > 0 {
        _ = producer.push(left)
        left &-= 1
      }
    }
    report.expect(consumer.count == 12_288, "messages in the link", UInt64(consumer.count))
    return result
  }

  private static func arming(_ report: inout TestReport, in arena: inout Arena) -> InstructionCount? {
    guard let ends = link(capacity: 4, in: &arena) else { return nil }
    let producer = ends.producer
    var consumer = ends.consumer
    var refused: UInt64 = 0
    let result = InstructionCount { count in
      var left = count
      while left > 0 {
        if consumer.armWakeup() { refused &+= 1 }
        left &-= 1
      }
    }
    report.expect(refused == 0 && producer.count == 0, "found messages, times", refused)
    return result
  }

  private static func link(capacity: Int, in arena: inout Arena) -> VecLink<UInt64, HardwareWord>.Ends? {
    let hook = LocalAPIC.wakeHook(source: source, onProcessor: LocalAPIC.identifier)
    do throws(QueueError) {
      return try Channel<UInt64>.create(
        .link, over: .vec, QueueProperties(capacity: capacity, waiting: .wake(hook)), in: &arena
      ).link()
    } catch {
      return nil
    }
  }

  // MARK: - Two cores

  /// The least that was seen.
  private struct HandOver {
    var push: UInt64
    var whole: UInt64
  }

  private static func started(_ core: inout Core, in arena: inout Arena) -> CoreEnds? {
    do throws(QueueError) {
      let there = try link(to: CoreTests.secondProcessor, source: source, in: &arena)
      let back = try link(to: LocalAPIC.identifier, source: CoreEnds.source, in: &arena)
      let task = HandOverTask(CoreEnds(back.producer, there.consumer))
      guard let own = try? arena.split(byteCount: 1 << 20),
        CoreTests.start(HandOverCore(task, own), &core, in: &arena)
      else { return nil }
      return CoreEnds(there.producer, back.consumer)
    } catch {
      return nil
    }
  }

  private static func link(
    to processor: UInt8, source: Int, in arena: inout Arena
  ) throws(QueueError) -> VecLink<CoreMessage, HardwareWord>.Ends {
    let hook = LocalAPIC.wakeHook(source: source, onProcessor: processor)
    return try Channel<CoreMessage>.create(
      .link, over: .vec, QueueProperties(capacity: 4, waiting: .wake(hook)), in: &arena
    ).link()
  }

  private static func handOver(
    _ core: inout Core, _ ends: inout CoreEnds, _ report: inout TestReport
  ) -> HandOver {
    var least = HandOver(push: .max, whole: .max)
    for _ in 0..<count {
      // The other one runs while this one sleeps, and has gone to sleep by then.
      sleep(&core)
      let before = TimestampCounter.read()
      _ = ends.sender.push(CoreMessage(kind: .halting, number: before, time: .zero))
      let after = TimestampCounter.read()
      sleep(&core)
      least.push = min(least.push, after - before)
      if case .ready(let answer) = ends.receiver.poll(at: .zero) {
        least.whole = min(least.whole, answer.number)
      } else {
        report.expect(false, "no answer")
      }
    }
    core.arm(for: .never)
    return least
  }

  private static func sleep(_ core: inout Core) {
    let end = core.now + .microseconds(100)
    while core.pendingSources & 1 << UInt64(InterruptTests.timerSource) == 0 { _ = core.sleep(until: end) }
    _ = core.take(source: InterruptTests.timerSource)
  }
}

/// Tells how long a message was on its way, and sleeps.
private struct HandOverTask: Schedulable, Sendable, ~Copyable {
  static var functions: TaskFunctions<HandOverTask> {
    TaskFunctions(poll: { $0.poll(&$1) }, drop: { $0.drop($1) })
  }

  private var ends: CoreEnds

  init(_ ends: consuming CoreEnds) { self.ends = ends }

  mutating func poll(_ context: inout CoreContext) -> TaskPoll<Void> {
    let begin = TimestampCounter.read()
    while case .ready(var message) = ends.receiver.poll(at: context.now) {
      message.number = begin &- message.number
      _ = ends.sender.push(message)
    }
    return ends.receiver.armWakeup() ? .ready : .waiting
  }
}

private struct HandOverCore: CoreProgram, ~Copyable {
  static var entry: CoreEntry<Self> { CoreEntry { $0.run() } }

  private var task: HandOverTask
  private var arena: Arena

  init(_ task: consuming HandOverTask, _ arena: consuming Arena) {
    self.task = task
    self.arena = arena
  }

  consuming func run(on core: consuming Core) -> Never {
    do throws(ArenaError) {
      var reactor = try TimerPlaces.makeReactor(core, in: &arena)
      TimerPlaces.spawn(task, "hand-over", source: HandOverCosts.source, &reactor)
      reactor.run()
    } catch {}
    Machine.panic("the arena of the second core is too small")
  }
}
