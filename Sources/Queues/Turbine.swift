public import Buffers

/// One producer, up to 64 consumers that each see every message, a ring whose messages are made once and overwritten in
/// place: the disruptor.
///
/// A consumer reads what all it depends on have read, the first ones what is published; the producer overwrites what
/// the last ones have read. Every operation is wait-free; its cost is O(1), and O(dependencies) when what was seen of
/// them last is used up. `TurbineSub` has many producers.
public struct Turbine<Message: ~Copyable, Word: SharedWord & ~Copyable>: ~Copyable {
  private let ends: Ends

  /// Makes the turbine and its messages. Complexity: O(capacity). Context: boot.
  ///
  /// - Parameters:
  ///   - plan: its consumers, 1 to `TurbinePlan.largestConsumerCount`.
  ///   - make: gives the message that is at first in place `index`; there are as many places as the next power of two
  ///     from the capacity on.
  public init(
    _ properties: QueueProperties, _ plan: TurbinePlan, in arena: inout Arena,
    make: (_ index: Int) -> Message
  ) throws(QueueError) {
    let state = try TurbineState<Message, Word>.create(
      properties, plan, producerCount: 1, isShared: false, in: &arena, make: make)
    ends = Ends(producer: TurbineProducer(state), consumers: TurbineConsumers(state))
  }

  /// The ends. The turbine itself is gone then, so there cannot be a second producer.
  public consuming func link() -> Ends { ends }

  /// The ends of a turbine, each to be moved to where it is used.
  @frozen public struct Ends: ~Copyable {
    public var producer: TurbineProducer<Message, Word>
    public var consumers: TurbineConsumers<Message, Word>
  }
}
