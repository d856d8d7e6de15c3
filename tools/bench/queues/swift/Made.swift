import Buffers
import Queues

/// New queues of a message, each in memory of its own.
enum Made<Message: Payload> {
  typealias VecLinkProducing = VecLinkProducer<Message, HardwareWord>
  typealias VecLinkConsuming = VecLinkConsumer<Message, HardwareWord>
  typealias VecLinkEnds = LinkEnds<VecLinkProducing, VecLinkConsuming>
  typealias TurbineLinkEnds = LinkEnds<TurbineProducer<Message, HardwareWord>, TurbineConsumer<Message, HardwareWord>>
  typealias NodeLinkEnds = LinkEnds<NodeLinkProducer<Message, HardwareWord>, NodeConsumer<Message, HardwareWord>>
  typealias TurbineSubEnds = SubEnds<TurbineSubProducer<Message, HardwareWord>, TurbineConsumer<Message, HardwareWord>>
  typealias NodeSubEnds = SubEnds<NodeSubProducer<Message, HardwareWord>, NodeConsumer<Message, HardwareWord>>
  typealias TurbineEnds = PubEnds<TurbineProducer<Message, HardwareWord>, TurbineConsumer<Message, HardwareWord>>

  private static var properties: QueueProperties { QueueProperties(capacity: capacity) }

  static func vecLink() -> VecLinkEnds {
    let ends = new { arena throws(QueueError) in
      try Channel<Message>.create(.link, over: .vec, properties, in: &arena)
    }.link()
    return LinkEnds(producer: ends.producer, consumer: ends.consumer)
  }

  static func turbineLink() -> TurbineLinkEnds {
    let ends = new { arena throws(QueueError) in
      try Channel<Message>.create(.link, over: .turbine, properties, in: &arena) { _ in Message(0) }
    }.link()
    return LinkEnds(producer: ends.producer, consumer: ends.consumer)
  }

  static func nodeLink() -> NodeLinkEnds {
    let ends = new { arena throws(QueueError) in
      let pool = try NodePool<Message, HardwareWord>(capacity: capacity + 1, in: &arena)
      return try Channel<Message>.create(.link, over: .nodes, properties, from: pool, in: &arena)
    }.link()
    return LinkEnds(producer: ends.producer, consumer: ends.consumer)
  }

  static func turbineSub() -> TurbineSubEnds {
    var plan = TurbinePlan()
    let stage = plan.consumer()
    let ends = new { arena throws(QueueError) in
      try Channel<Message>.create(.sub, over: .turbine, properties, plan, producers: 2, in: &arena) { _ in Message(0) }
    }.link()
    var producers = ends.producers
    var consumers = ends.consumers
    return SubEnds(first: producers.take()!, second: producers.take()!, consumer: consumers.take(stage)!)
  }

  static func nodeSub() -> NodeSubEnds {
    let ends = new { arena throws(QueueError) in
      let pool = try NodePool<Message, HardwareWord>(capacity: capacity + 1, in: &arena)
      return try Channel<Message>.create(.sub, over: .nodes, properties, from: pool, in: &arena)
    }.sub()
    let second = ends.producer.another()
    return SubEnds(first: ends.producer, second: second, consumer: ends.consumer)
  }

  static func turbine() -> TurbineEnds {
    var plan = TurbinePlan()
    let stages = (plan.consumer(), plan.consumer(), plan.consumer())
    let ends = new { arena throws(QueueError) in
      try Channel<Message>.create(.pub, over: .turbine, properties, plan, in: &arena) { _ in Message(0) }
    }.link()
    let producer = ends.producer
    var consumers = ends.consumers
    return PubEnds(
      producer: producer, first: consumers.take(stages.0)!, second: consumers.take(stages.1)!,
      third: consumers.take(stages.2)!)
  }

  /// What cannot fail with these properties and this memory.
  private static func new<Queue: ~Copyable>(_ make: (inout Arena) throws(QueueError) -> Queue) -> Queue {
    var arena = freshArena()
    do { return try make(&arena) } catch { fatalError("a queue could not be made: \(error)") }
  }
}
