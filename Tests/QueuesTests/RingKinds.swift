import Buffers
import Queues
import TestSupport

/// The queues over fixed rings, each made with its ends.
struct RingKind: Sendable {
  let name: String
  let delivery: Delivery
  let overflow: OverflowPolicy
  let make: @Sendable (QueueProperties, TestArena) throws -> any RingBench

  static let all: [RingKind] = [
    RingKind(name: "link", delivery: .together, overflow: .refuse) { properties, memory in
      bench(try Channel<LedgerToken>.create(.link, over: .vec, properties, in: &memory.arena).link(), memory)
    },
    RingKind(name: "latency link", delivery: .together, overflow: .refuse) { properties, memory in
      bench(
        try Channel<LedgerToken>.create(.link, over: .latencyVec, properties, in: &memory.arena).link(),
        memory)
    },
    RingKind(name: "sub", delivery: .fromEach, overflow: .refuse) { properties, memory in
      var sub = try Channel<LedgerToken>.create(.sub, over: .vec, producers: 3, properties, in: &memory.arena)
      let producers = try (0..<3).map { _ in EndBox(try sub.pub()) }
      return EndsBench(producers, [EndBox(sub.sub())], memory)
    },
    RingKind(name: "pub", delivery: .toEach, overflow: .refuse) { properties, memory in
      var pub = try Channel<SharedToken>.create(.pub, over: .vec, consumers: 3, properties, in: &memory.arena)
      let consumers = try (0..<3).map { _ in EndBox(try pub.sub()) }
      return EndsBench([EndBox(pub.pub())], consumers, memory)
    },
    RingKind(name: "share", delivery: .together, overflow: .refuse) { properties, memory in
      var share = try Channel<LedgerToken>.create(
        .share, over: .vec, consumers: 3, properties, in: &memory.arena)
      let consumers = try (0..<3).map { _ in EndBox(try share.sub()) }
      return EndsBench([EndBox(share.pub())], consumers, memory)
    },
    RingKind(name: "overwriting pub", delivery: .overwriting, overflow: .dropOldest) { properties, memory in
      var pub = try Channel<ByteMessage>.create(
        .pub, over: .overwritingVec, consumers: 3, properties, in: &memory.arena)
      let consumers = try (0..<3).map { _ in EndBox(try pub.sub()) }
      return EndsBench([EndBox(pub.pub())], consumers, memory)
    },
    RingKind(name: "overwriting link", delivery: .overwriting, overflow: .dropOldest) { properties, memory in
      let ends = try Channel<ByteMessage>.create(
        .link, over: .overwritingVec, properties, in: &memory.arena
      ).link()
      let (producer, consumer) = ends.boxed()
      return EndsBench([producer], [consumer], memory)
    },
  ]

  private static func bench<Ring: RingWriting & RingReading>(
    _ ends: consuming LinkEnds<RingProducer<Ring>, RingConsumer<Ring>>, _ memory: TestArena
  ) -> any RingBench where Ring.Message == LedgerToken {
    let (producer, consumer) = ends.boxed()
    return EndsBench([producer], [consumer], memory)
  }
}

extension LinkEnds where Producing: ~Copyable, Consuming: ~Copyable {
  consuming func boxed() -> (EndBox<Producing>, EndBox<Consuming>) { (EndBox(producer), EndBox(consumer)) }
}
