import Buffers
import Queues
import Scheduling
import Streams
import TestSupport
import Timers
import Timing

/// Every discipline there is, with what its documentation promises.
struct DisciplineCases {
  private static let capacity = 12

  static func all(in arena: inout Arena) throws -> [DisciplineCase] {
    try queues(in: &arena) + links(in: &arena) + manyEnded(in: &arena) + classes(in: &arena)
      + tasks(in: &arena) + [deadlines(in: &arena)] + timers(in: &arena)
  }

  /// First in, first out: a message waits for those that were there.
  private static var arrival: DisciplinePromise {
    DisciplinePromise(makeOrder: { LeastFirst.arrival }, waitBound: { _ in capacity - 1 })
  }

  private static func queues(in arena: inout Arena) throws -> [DisciplineCase] {
    let properties = QueueProperties(capacity: capacity, firstSequence: .max - 100)
    let link = try Channel<Int>.create(.link, over: .vec, properties, in: &arena).link()
    let producer = Held(link.producer)
    return [
      DisciplineCase("RingBuffer", try RingBuffer<Int>(properties, in: &arena), arrival) {
        $0.push($1.number) == nil
      },
      DisciplineCase(
        "Deque", try Deque<Int>(properties, in: &arena), DisciplinePromise(makeOrder: { TwoEnds() })
      ) { deque, work in
        (work.rank == 1 ? deque.pushFront(work.number) : deque.pushBack(work.number)) == nil
      }.withRanks { UInt64.random(in: 0...1, using: &$1) },
      DisciplineCase("VecLinkConsumer", link.consumer, arrival) {
        producer.value.push($1.number) == nil
      },
    ]
  }

  /// A queue between cores, both ends of it.
  private static func queue<Producing: Producer & ~Copyable, Consuming: Consumer & ~Copyable>(
    _ name: String, _ producer: consuming Producing, _ consumer: consuming Consuming
  ) -> DisciplineCase where Producing.Message == Int, Consuming.Message == Int {
    let producer = Held(producer)
    return DisciplineCase(name, consumer, arrival) { producer.value.push($1.number) == nil }
  }

  /// The other backends of a link.
  private static func links(in arena: inout Arena) throws -> [DisciplineCase] {
    let properties = QueueProperties(capacity: capacity, firstSequence: .max - 100)
    let nodes = try NodePool<Int, HardwareWord>(capacity: 100, in: &arena)
    let latency = try Channel<Int>.create(.link, over: .latencyVec, properties, in: &arena).link()
    let linked = try Channel<Int>.create(.link, over: .nodes, properties, from: nodes, in: &arena).link()
    let turbine = try Channel<Int>.create(.link, over: .turbine, properties, in: &arena) { _ in 0 }.link()
    return [
      queue("LatencyLink", latency.producer, latency.consumer),
      queue("NodeLink", linked.producer, linked.consumer),
      queue("TurbineLink", turbine.producer, turbine.consumer),
    ]
  }

  /// Queues for many, with one at each end.
  private static func manyEnded(in arena: inout Arena) throws -> [DisciplineCase] {
    let properties = QueueProperties(capacity: capacity, firstSequence: .max - 100)
    let nodes = try NodePool<Int, HardwareWord>(capacity: 100, in: &arena)
    var sub = try Channel<Int>.create(.sub, over: .vec, producers: 1, properties, in: &arena)
    let subProducer = try sub.pub()
    let linked = try Channel<Int>.create(.sub, over: .nodes, properties, from: nodes, in: &arena).sub()
    var pub = try Channel<Int>.create(.pub, over: .vec, consumers: 1, properties, in: &arena)
    let pubConsumer = try pub.sub()
    var share = try Channel<Int>.create(.share, over: .vec, consumers: 1, properties, in: &arena)
    let shareConsumer = try share.sub()
    return [
      queue("VecSub", subProducer, sub.sub()),
      queue("NodeSub", linked.producer, linked.consumer),
      queue("VecPub", pub.pub(), pubConsumer),
      queue("VecShare", share.pub(), shareConsumer),
    ]
  }

  /// The same over two cores and over one: strictly, and by weight.
  private static func classes(in arena: inout Arena) throws -> [DisciplineCase] {
    let weights = [4, 1, 2]
    let strict = DisciplinePromise(
      makeOrder: { LeastFirst(ties: .byArrival) }, waitBound: { $0.rank == 0 ? capacity - 1 : nil })
    // A message waits for those of its class before it, and all of them for the turns of the others.
    let weighted = DisciplinePromise(
      makeOrder: { Turns(weights) },
      waitBound: { work in
        let weight = weights[Int(work.rank)]
        return capacity - 1 + (capacity + weight - 1) / weight * (weights.reduce(0, +) - weight)
      })
    let kinds: [(String, PriorityClasses, DisciplinePromise)] = [
      ("strict", .strict(3), strict), ("weighted", .weighted([4, 1, 2]), weighted),
    ]
    return try kinds.flatMap { name, classes, promise in
      let properties = QueueProperties(capacity: capacity, firstSequence: .max - 100)
      let link = try Channel<Int>.create(.link, over: .vec, properties, classes: classes, in: &arena).link()
      let producer = Held(link.producer)
      let local = try Channel<Int>.create(.local, over: .vec, properties, classes: classes, in: &arena)
      return [
        DisciplineCase("PriorityLink, \(name)", link.consumer, promise) {
          producer.value.push($1.number, class: Int($1.rank)) == nil
        },
        DisciplineCase("Classes of RingBuffer, \(name)", local, promise) {
          $0.push($1.number, class: Int($1.rank)) == nil
        },
      ].map { $0.withRanks { UInt64.random(in: 0...2, using: &$1) } }
    }
  }

  private static func tasks(in arena: inout Arena) throws -> [DisciplineCase] {
    let inTurn = DisciplinePromise(makeOrder: { LeastFirst.arrival }, waitBound: { _ in 30 - 1 })
    let roundRobin = DisciplineCase(
      "RoundRobin", try RoundRobin(taskCount: 30, in: &arena), inTurn, keyCount: 30
    ) { rule, work in
      rule.wake(work.number, at: .zero)
      return true
    }
    return try [roundRobin, weightedFair(in: &arena), levels(in: &arena), interrupts(in: &arena)]
  }

  private static func weightedFair(in arena: inout Arena) throws -> DisciplineCase {
    let weights = (0..<14).map { 1 << ($0 % 5) }
    var rule = try WeightedFair(taskCount: weights.count, firstVirtualTime: 0 &- (1 << 50), in: &arena)
    for work in weights.indices { rule.admit(work, TaskAttributes(weight: UInt16(weights[work]))) }
    let promise = DisciplinePromise(
      makeOrder: { FirstToFinish() },
      waitBound: { work in
        weights.indices.filter { $0 != work.number }.map { weights[$0] / Int(work.rank) + 1 }.reduce(0, +)
      })
    return DisciplineCase("WeightedFair", rule, promise, keyCount: weights.count) { rule, work in
      rule.wake(work.number, at: .zero)
      return true
    }.withRanks { number, _ in UInt64(weights[number]) }
  }

  private static func levelPromise(
    _ makeOrder: @escaping () -> any PromisedOrder, ofLevelZero count: Int
  ) -> DisciplinePromise {
    DisciplinePromise(
      isWithin: { $0.rank < $1 }, makeOrder: makeOrder, waitBound: { $0.rank == 0 ? count - 1 : nil })
  }

  private static func levels(in arena: inout Arena) throws -> DisciplineCase {
    // Every fourth of level 0, the others all over the 256.
    let levels = (0..<100).map { $0 % 4 == 0 ? 0 : $0 * 37 % 256 }
    var rule = try PriorityLevels(taskCount: levels.count, in: &arena)
    for work in levels.indices { rule.admit(work, TaskAttributes(level: UInt8(levels[work]))) }
    let promise = levelPromise({ LeastFirst(ties: .byArrival) }, ofLevelZero: levels.filter { $0 == 0 }.count)
    return DisciplineCase("PriorityLevels", rule, promise, keyCount: levels.count) { rule, work in
      rule.wake(work.number, at: .zero)
      return true
    }.withRanks { number, _ in UInt64(levels[number]) }.withLimits { UInt64.random(in: 0...256, using: &$0) }
  }

  private static func interrupts(in arena: inout Arena) throws -> DisciplineCase {
    var rule = try InterruptQueue(in: &arena)
    for source in 0..<64 { rule.register(source: source, priority: source * 3 % 8) }
    let promise = levelPromise({ LeastFirst(ties: .byArrival) }, ofLevelZero: 8)
    var clock: UInt64 = 0
    return DisciplineCase("InterruptQueue", rule, promise, keyCount: 64) { rule, work in
      clock += 1
      return rule.mark(work.number, at: Instant(nanoseconds: clock))
    }.withRanks { number, _ in UInt64(number * 3 % 8) }.withLimits { UInt64.random(in: 0...8, using: &$0) }
  }

  private static func deadlines(in arena: inout Arena) throws -> DisciplineCase {
    let promise = DisciplinePromise(
      isWithin: { $0.rank <= $1 }, makeOrder: { LeastFirst(ties: .byArrival) })
    var tree = try DeadlineTree(taskCount: 40, in: &arena)
    // Without patience a task is due when it is woken.
    for task in 0..<40 { tree.admit(task, TaskAttributes(patience: .zero)) }
    return DisciplineCase("DeadlineTree", tree, promise, keyCount: 40) { rule, work in
      rule.wake(work.number, at: Instant(nanoseconds: work.rank))
      return true
    }.withRanks { UInt64.random(in: 1...50, using: &$1) }.withLimits {
      UInt64.random(in: 0...60, using: &$0)
    }
  }

  private static func timers(in arena: inout Arena) throws -> [DisciplineCase] {
    let wheel = try TimerWheel(keyCount: 40, in: &arena)
    let timers = try Timers(taskCount: 40, timerCount: 20, in: &arena)
    var created: [Int: TimerID] = [:]
    return [
      .timers("TimerWheel", wheel, keyCount: 40) { wheel, work in
        wheel.set(key: work.number, deadline: Instant(nanoseconds: work.rank))
      },
      // Half of the tasks wait for a timer made for them, the others for a deadline of their own.
      .timers("Timers", timers, keyCount: 40) { timers, work in
        let due = Instant(nanoseconds: work.rank)
        guard work.number < 20 else { return timers.set(task: work.number, deadline: due) }
        if let old = created[work.number] { try! timers.destroy(old) }
        created[work.number] = try! timers.create(once: due, task: work.number)
      },
    ]
  }
}
