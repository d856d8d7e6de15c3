import BenchSupport
import Buffers
import Queues

/// New queues of a message, each in memory of its own.
enum Made<Message: Payload> {
  private static var properties: QueueProperties { QueueProperties(capacity: capacity) }
  private static var overwriting: QueueProperties {
    QueueProperties(capacity: capacity, overflow: .dropOldest)
  }

  /// What cannot fail with these properties and this memory.
  private static func new<Queue: ~Copyable>(_ make: (inout Arena) throws(QueueError) -> Queue) -> Queue {
    var arena = freshArena()
    do { return try make(&arena) } catch { fatalError("a queue could not be made: \(error)") }
  }
}

// MARK: - Fixed rings

extension Made {
  static func vecLink() -> Link<
    VecLinkProducer<Message, HardwareWord>, VecLinkConsumer<Message, HardwareWord>
  > {
    let ends = new { arena throws(QueueError) in
      try Channel<Message>.create(.link, over: .vec, properties, in: &arena)
    }.link()
    return Link(producer: ends.producer, consumer: ends.consumer)
  }

  static func latencyLink() -> Link<
    RingProducer<LatencyRing<Message, HardwareWord>>, RingConsumer<LatencyRing<Message, HardwareWord>>
  > {
    let ends = new { arena throws(QueueError) in
      try Channel<Message>.create(.link, over: .latencyVec, properties, in: &arena)
    }.link()
    return Link(producer: ends.producer, consumer: ends.consumer)
  }

  static func vecShare() -> Link<
    VecShare<Message, HardwareWord>.Producer, VecShareConsumer<Message, HardwareWord>
  > {
    var queue = new { arena throws(QueueError) in
      try Channel<Message>.create(.share, over: .vec, consumers: 1, properties, in: &arena)
    }
    let consumer = try! queue.sub()
    return Link(producer: queue.pub(), consumer: consumer)
  }

  static func vecSub() -> Sub<VecSub<Message, HardwareWord>.Producer, VecSubConsumer<Message, HardwareWord>> {
    var queue = new { arena throws(QueueError) in
      try Channel<Message>.create(.sub, over: .vec, producers: 2, properties, in: &arena)
    }
    let first = try! queue.pub()
    let second = try! queue.pub()
    return Sub(first: first, second: second, consumer: queue.sub())
  }

  static func vecPub() -> Pub<VecPub<Message, HardwareWord>.Producer, VecPub<Message, HardwareWord>.Consumer>
  {
    var queue = new { arena throws(QueueError) in
      try Channel<Message>.create(.pub, over: .vec, consumers: 3, properties, in: &arena)
    }
    let first = try! queue.sub()
    let second = try! queue.sub()
    let third = try! queue.sub()
    return Pub(producer: queue.pub(), first: first, second: second, third: third)
  }

  static func overwritingPub() -> Pub<
    OverwritingProducer<Message, HardwareWord>, OverwritingConsumer<Message, HardwareWord>
  > {
    var queue = new { arena throws(QueueError) in
      try Channel<Message>.create(.pub, over: .overwritingVec, consumers: 3, overwriting, in: &arena)
    }
    let first = try! queue.sub()
    let second = try! queue.sub()
    let third = try! queue.sub()
    return Pub(producer: queue.pub(), first: first, second: second, third: third)
  }
}

// MARK: - Turbines

extension Made {
  static func turbineLink() -> Link<
    TurbineProducer<Message, HardwareWord>, TurbineConsumer<Message, HardwareWord>
  > {
    let ends = new { arena throws(QueueError) in
      try Channel<Message>.create(.link, over: .turbine, properties, in: &arena) { _ in Message(0) }
    }.link()
    return Link(producer: ends.producer, consumer: ends.consumer)
  }

  static func turbineSub() -> Sub<
    TurbineSubProducer<Message, HardwareWord>, TurbineConsumer<Message, HardwareWord>
  > {
    var plan = TurbinePlan()
    let stage = plan.consumer()
    let ends = new { arena throws(QueueError) in
      try Channel<Message>.create(.sub, over: .turbine, producers: 2, properties, plan, in: &arena) { _ in
        Message(0)
      }
    }.link()
    var producers = ends.producers
    var consumers = ends.consumers
    return Sub(first: producers.take()!, second: producers.take()!, consumer: consumers.take(stage)!)
  }

  static func turbine() -> Pub<TurbineProducer<Message, HardwareWord>, TurbineConsumer<Message, HardwareWord>>
  {
    var plan = TurbinePlan()
    let stages = (plan.consumer(), plan.consumer(), plan.consumer())
    let ends = new { arena throws(QueueError) in
      try Channel<Message>.create(.pub, over: .turbine, properties, plan, in: &arena) { _ in Message(0) }
    }.link()
    var consumers = ends.consumers
    return Pub(
      producer: ends.producer, first: consumers.take(stages.0)!, second: consumers.take(stages.1)!,
      third: consumers.take(stages.2)!)
  }
}

// MARK: - Linked nodes

extension Made {
  static func nodeLink() -> Link<NodeLinkProducer<Message, HardwareWord>, NodeConsumer<Message, HardwareWord>>
  {
    let ends = new { arena throws(QueueError) in
      let pool = try NodePool<Message, HardwareWord>(capacity: capacity + 1, in: &arena)
      return try Channel<Message>.create(.link, over: .nodes, properties, from: pool, in: &arena)
    }.link()
    return Link(producer: ends.producer, consumer: ends.consumer)
  }

  static func nodeSub() -> Sub<NodeSubProducer<Message, HardwareWord>, NodeConsumer<Message, HardwareWord>> {
    let ends = new { arena throws(QueueError) in
      let pool = try NodePool<Message, HardwareWord>(capacity: capacity + 1, in: &arena)
      return try Channel<Message>.create(.sub, over: .nodes, properties, from: pool, in: &arena)
    }.sub()
    let second = ends.producer.another()
    return Sub(first: ends.producer, second: second, consumer: ends.consumer)
  }
}
