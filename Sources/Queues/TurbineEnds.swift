/// The producers of a turbine that nobody has taken yet. Those left over when this goes have departed.
public struct TurbineProducers<Message: ~Copyable, Word: SharedWord & ~Copyable>: ~Copyable {
  private let state: TurbineState<Message, Word>
  /// How many are left.
  public private(set) var count: Int

  init(_ state: TurbineState<Message, Word>, count: Int) {
    self.state = state
    self.count = count
  }

  deinit { for _ in 0..<count { state.departProducer() } }

  /// The next producer; nothing when all are taken.
  public mutating func take() -> TurbineSubProducer<Message, Word>? {
    guard count > 0 else { return nil }
    count -= 1
    return TurbineSubProducer(state, count)
  }
}

/// The consumers of a turbine that nobody has taken yet. Those left over when this goes have departed.
public struct TurbineConsumers<Message: ~Copyable, Word: SharedWord & ~Copyable>: ~Copyable {
  private let state: TurbineState<Message, Word>
  private var untaken: UInt64

  init(_ state: TurbineState<Message, Word>) {
    self.state = state
    untaken = state.everyone
  }

  deinit {
    var indices = BitIndices(untaken)
    while let index = indices.next() { state.departConsumer(index) }
  }

  /// The consumer of that name; nothing when it was taken before, or is not of this plan.
  public mutating func take(_ stage: TurbineStage) -> TurbineConsumer<Message, Word>? {
    guard stage.index < TurbinePlan.largestConsumerCount, untaken & stage.bit != 0 else { return nil }
    untaken &= ~stage.bit
    return TurbineConsumer(state, stage.index)
  }
}
