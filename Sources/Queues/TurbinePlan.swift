/// Who reads a turbine, and after whom: a graph without cycles, since a consumer can only name earlier ones.
///
///     var plan = TurbinePlan()
///     let journal = plan.consumer()
///     let replica = plan.consumer()
///     let matching = plan.consumer(after: journal, replica)
public struct TurbinePlan: Sendable {
  /// Consumers that one turbine has at most: each is a bit of a word.
  public static var largestConsumerCount: Int { 64 }
  /// Producers that one turbine has at most.
  public static var largestProducerCount: Int { 64 }

  private var rules: InlineArray<64, TurbineRule>
  /// Consumers asked for, those above the limit too: then creation says so.
  public private(set) var consumerCount = 0

  public init() { rules = InlineArray(repeating: TurbineRule()) }

  /// Adds a consumer that reads right behind the producers.
  ///
  /// - Parameter waiting: how it learns of the next message; what the queue's properties say when it is not given.
  public mutating func consumer(waiting: WaitStrategy? = nil) -> TurbineStage { add(0, waiting) }

  /// Adds a consumer that reads a message when those named have read it.
  public mutating func consumer(
    after first: TurbineStage, _ second: TurbineStage? = nil, _ third: TurbineStage? = nil,
    _ fourth: TurbineStage? = nil, waiting: WaitStrategy? = nil
  ) -> TurbineStage {
    add(bit(first) | bit(second) | bit(third) | bit(fourth), waiting)
  }

  /// Adds a consumer that reads a message when those named, of any number, have read it.
  public mutating func consumer<let count: Int>(
    after stages: InlineArray<count, TurbineStage>, waiting: WaitStrategy? = nil
  ) -> TurbineStage {
    var bits: UInt64 = 0
    for index in stages.indices { bits |= bit(stages[index]) }
    return add(bits, waiting)
  }

  func rule(of index: Int) -> TurbineRule { rules[index] }

  private func bit(_ stage: TurbineStage?) -> UInt64 {
    guard let stage else { return 0 }
    precondition(stage.index < consumerCount, "the consumer is of another plan")
    return stage.index < Self.largestConsumerCount ? stage.bit : 0
  }

  private mutating func add(_ direct: UInt64, _ waiting: WaitStrategy?) -> TurbineStage {
    let stage = TurbineStage(index: consumerCount)
    consumerCount += 1
    guard stage.index < Self.largestConsumerCount else { return stage }
    var ahead = direct
    var indices = BitIndices(direct)
    while let index = indices.next() { ahead |= rules[index].ahead }
    rules[stage.index] = TurbineRule(direct: direct, ahead: ahead, waiting: waiting)
    return stage
  }
}

/// The name of a consumer in its plan.
public struct TurbineStage: Sendable, Equatable {
  let index: Int
  var bit: UInt64 { 1 << UInt64(index) }
}

/// What a plan says of one consumer.
struct TurbineRule: Sendable {
  /// Those it waits for.
  var direct: UInt64 = 0
  /// Those, and those they wait for, and so on.
  var ahead: UInt64 = 0
  var waiting: WaitStrategy?

  /// Those it waits for while only `alive` are left; nobody when it reads right behind the producers.
  ///
  /// Whoever is gone is replaced by all that are left before it. Some of these may be more than necessary, but they are
  /// never behind the others, so that waiting for them costs nothing.
  func dependencies(among alive: UInt64) -> UInt64 {
    direct & ~alive == 0 ? direct : ahead & alive
  }
}

/// The numbers of the bits that are set in a word, lowest first.
struct BitIndices {
  private var bits: UInt64

  init(_ bits: UInt64) { self.bits = bits }

  @inline(__always)
  mutating func next() -> Int? {
    guard bits != 0 else { return nil }
    let index = bits.trailingZeroBitCount
    bits &= bits &- 1
    return index
  }
}
