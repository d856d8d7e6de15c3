/// Both ends of a link, each to be moved to where it is used. Frozen, so that they can be taken apart.
@frozen public struct LinkEnds<Producing: Producer & ~Copyable, Consuming: Consumer & ~Copyable>: ~Copyable {
  public var producer: Producing
  public var consumer: Consuming

  @inline(__always)
  init(_ producer: consuming Producing, _ consumer: consuming Consuming) {
    self.producer = producer
    self.consumer = consumer
  }

  /// The two ends of a ring that one producer and one consumer share.
  @inline(__always)
  init<Ring>(over ring: Placed<Ring>) where Producing == RingProducer<Ring>, Consuming == RingConsumer<Ring> {
    self.init(RingProducer(ring), RingConsumer(ring, at: ring.value.properties.firstSequence))
  }
}

extension LinkEnds: Sendable where Producing: Sendable & ~Copyable, Consuming: Sendable & ~Copyable {}
