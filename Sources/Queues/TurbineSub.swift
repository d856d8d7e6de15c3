public import Buffers

/// A turbine with many producers: up to 64 claim places of one ring, and publish them in any order.
///
/// A claim is lock-free: one exchange, repeated when another producer was quicker. Consumers wait for whoever claimed
/// earlier and has not published yet, so that none sees a gap; a batch is seen whole or not at all.
public struct TurbineSub<Message: ~Copyable, Word: SharedWord & ~Copyable>: ~Copyable {
  private let ends: Ends

  /// Makes the turbine and its messages, as `Turbine` does. Context: boot.
  ///
  /// - Parameter producers: how many there are, 1 to `TurbinePlan.largestProducerCount`.
  public init(
    _ properties: QueueProperties, _ plan: TurbinePlan, producers: Int, in arena: inout Arena,
    make: (_ index: Int) -> Message
  ) throws(QueueError) {
    let state = try TurbineState<Message, Word>.create(
      properties, plan, producerCount: producers, isShared: true, in: &arena, make: make)
    ends = Ends(producers: TurbineProducers(state, count: producers), consumers: TurbineConsumers(state))
  }

  /// The ends. The turbine itself is gone then.
  public consuming func link() -> Ends { ends }

  /// The ends of a turbine, each to be moved to where it is used.
  @frozen public struct Ends: ~Copyable {
    public var producers: TurbineProducers<Message, Word>
    public var consumers: TurbineConsumers<Message, Word>
  }
}
