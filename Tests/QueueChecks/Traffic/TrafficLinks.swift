import Buffers
import Queues
import Reactors

/// The queues of one producer that carry numbers, from a core to a core.
extension TrafficDriver where Core: ~Copyable {
  mutating func vec(
    from: Int, to: Int, _ count: Int, capacity: Int = 64, longestBurst: Int = 24, settles: Bool = true,
    fault: WakeFault = .none, in arena: inout Arena
  ) throws(QueueError) -> TrafficFlow {
    let flow = try flow(to: to, count, settles: settles, fault: fault, in: &arena)
    let ends = try Channel<UInt64>.create(
      .link, over: .vec, flow.properties(capacity: capacity), in: &arena
    ).link()
    place(
      .vecReceiver(try Kept(receiver(ends.consumer, PlainNumbers.self, flow), in: &arena)), on: to,
      source: flow.meter.source)
    place(
      .vecSender(
        try Kept(sender(ends.producer, PlainNumbers(), flow, longestBurst: longestBurst), in: &arena)),
      on: from)
    return flow
  }

  mutating func latency(
    from: Int, to: Int, _ count: Int, in arena: inout Arena
  ) throws(QueueError) -> TrafficFlow {
    let flow = try flow(to: to, count, in: &arena)
    let ends = try Channel<UInt64>.create(
      .link, over: .latencyVec, flow.properties(capacity: 32), in: &arena
    ).link()
    place(
      .latencyReceiver(try Kept(receiver(ends.consumer, PlainNumbers.self, flow), in: &arena)), on: to,
      source: flow.meter.source)
    place(.latencySender(try Kept(sender(ends.producer, PlainNumbers(), flow), in: &arena)), on: from)
    return flow
  }

  mutating func turbine(
    from: Int, to: Int, _ count: Int, in arena: inout Arena
  ) throws(QueueError) -> TrafficFlow {
    let flow = try flow(to: to, count, in: &arena)
    let ends = try Channel<UInt64>.create(
      .link, over: .turbine, flow.properties(capacity: 32), in: &arena
    ) { _ in 0 }.link()
    place(
      .turbineReceiver(try Kept(receiver(ends.consumer, PlainNumbers.self, flow), in: &arena)), on: to,
      source: flow.meter.source)
    place(.turbineSender(try Kept(sender(ends.producer, PlainNumbers(), flow), in: &arena)), on: from)
    return flow
  }

  mutating func node(
    from: Int, to: Int, _ count: Int, _ pool: NodePool<UInt64, HardwareWord>, in arena: inout Arena
  ) throws(QueueError) -> TrafficFlow {
    let flow = try flow(to: to, count, in: &arena)
    let ends = try Channel<UInt64>.create(
      .link, over: .nodes, flow.properties(capacity: 32), from: pool, in: &arena
    ).link()
    place(
      .nodeReceiver(try Kept(receiver(ends.consumer, PlainNumbers.self, flow), in: &arena)), on: to,
      source: flow.meter.source)
    place(.nodeSender(try Kept(sender(ends.producer, PlainNumbers(), flow), in: &arena)), on: from)
    return flow
  }

  /// Three classes, strict; each keeps its order.
  mutating func priority(
    from: Int, to: Int, _ count: Int, in arena: inout Arena
  ) throws(QueueError) -> TrafficFlow {
    let flow = try flow(to: to, count, in: &arena)
    let ends = try Channel<UInt64>.create(
      .link, over: .vec, flow.properties(capacity: 16), classes: .strict(3), in: &arena
    ).link()
    place(
      .classReceiver(try Kept(receiver(ClassConsumer(ends.consumer), PlainNumbers.self, flow), in: &arena)),
      on: to, source: flow.meter.source)
    place(
      .classSender(
        try Kept(sender(ClassProducer(ends.producer), PlainNumbers(), flow, streams: 3), in: &arena)),
      on: from)
    return flow
  }
}
