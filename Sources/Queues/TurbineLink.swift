public import Buffers

/// One producer, one consumer over a turbine: a link whose messages are written and read in place.
public struct TurbineLink<Message: ~Copyable, Word: SharedWord & ~Copyable>: ~Copyable {
  private let ends: Ends

  /// Makes the turbine and its messages, as `Turbine` does. Context: boot.
  public init(
    _ properties: QueueProperties, in arena: inout Arena, make: (_ index: Int) -> Message
  ) throws(QueueError) {
    var plan = TurbinePlan()
    let only = plan.consumer()
    let state = try TurbineState<Message, Word>.create(
      properties, plan, producerCount: 1, isShared: false, in: &arena, make: make)
    ends = Ends(producer: TurbineProducer(state), consumer: TurbineConsumer(state, only.index))
  }

  /// The ends. The link itself is gone then, so there cannot be a second producer.
  public consuming func link() -> Ends { ends }

  /// Both ends of a link, each to be moved to where it is used.
  @frozen public struct Ends: ~Copyable {
    public var producer: TurbineProducer<Message, Word>
    public var consumer: TurbineConsumer<Message, Word>
  }
}
