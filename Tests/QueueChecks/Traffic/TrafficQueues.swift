import Buffers
import Queues
import Reactors

/// The queues of three producers, and what is owned while it travels.
extension TrafficDriver where Core: ~Copyable {
  /// Three producers, on three cores when there are so many.
  mutating func vecSub(_ count: Int, in arena: inout Arena) throws(QueueError) -> TrafficFlow {
    let flow = try flow(to: 0, count, producers: 3, in: &arena)
    var queue = try Channel<UInt64>.create(
      .sub, over: .vec, producers: 3, flow.properties(capacity: 16), in: &arena)
    for index in 0..<3 {
      place(
        .vecSender(try Kept(sender(try queue.pub(), PlainNumbers(), flow, firstStream: index), in: &arena)),
        on: other(index))
    }
    place(
      .vecSubReceiver(try Kept(receiver(queue.sub(), PlainNumbers.self, flow), in: &arena)), on: 0,
      source: flow.meter.source)
    return flow
  }

  mutating func nodeSub(
    _ count: Int, _ pool: NodePool<UInt64, HardwareWord>, in arena: inout Arena
  ) throws(QueueError) -> TrafficFlow {
    let flow = try flow(to: 0, count, producers: 3, in: &arena)
    let ends = try Channel<UInt64>.create(
      .sub, over: .nodes, flow.properties(capacity: 16), from: pool, in: &arena
    ).sub()
    for index in 1..<3 {
      let producer = ends.producer.another()
      place(
        .nodeSubSender(try Kept(sender(producer, PlainNumbers(), flow, firstStream: index), in: &arena)),
        on: other(index))
    }
    place(
      .nodeReceiver(try Kept(receiver(ends.consumer, PlainNumbers.self, flow), in: &arena)), on: 0,
      source: flow.meter.source)
    place(.nodeSubSender(try Kept(sender(ends.producer, PlainNumbers(), flow), in: &arena)), on: other(0))
    return flow
  }

  mutating func buffers(
    from: Int, to: Int, _ count: Int, _ pool: BufferPool<HardwareWord>, in arena: inout Arena
  ) throws(QueueError) -> TrafficFlow {
    let flow = try flow(to: to, count, in: &arena)
    let ends = try Channel<UniqueBuffer<HardwareWord>>.create(
      .link, over: .vec, flow.properties(capacity: 16), in: &arena
    ).link()
    place(
      .bufferReceiver(try Kept(receiver(ends.consumer, BufferedNumbers.self, flow), in: &arena)), on: to,
      source: flow.meter.source)
    place(
      .bufferSender(try Kept(sender(ends.producer, BufferedNumbers(pool: pool), flow), in: &arena)), on: from)
    return flow
  }

  /// Frames of this core's pool go to core `there` and come back.
  mutating func frames(
    to there: Int, _ count: Int, in arena: inout Arena
  ) throws(QueueError) -> TrafficFlow {
    // The owner is polled at its first time without having asked, and asks for no interrupt it could count.
    let outward = try flow(to: there, count, settles: false, in: &arena)
    let flow = try flow(to: 0, count, settles: false, in: &arena)
    let pool: FramePool
    do throws(ArenaError) {
      pool = try FramePool(count: 16, in: &arena)
    } catch {
      throw .memoryExhausted
    }
    let out = try FrameLink(outward.properties(capacity: 4), in: &arena).link()
    let back = try FrameLink(flow.properties(capacity: 16), in: &arena).link()
    place(
      .frameEcho(try Kept(FrameEcho(out.consumer, back.producer, board), in: &arena)), on: there,
      source: outward.meter.source)
    let owner = FrameOwner(
      pool, out.producer, back.consumer, TrafficNumbers(count: count), flow.ledger, board)
    place(.frameOwner(try Kept(owner, in: &arena)), on: 0, source: flow.meter.source)
    return flow
  }
}
