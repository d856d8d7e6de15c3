public import Timing

/// The messages of two streams as they come, the urgent one's first.
public struct MergeByPriority<Urgent: Stream & ~Copyable, Other: Stream & ~Copyable>: Stream, ~Copyable
where Urgent.Message == Other.Message, Urgent.Failure == Other.Failure {
  public typealias Message = Urgent.Message
  public typealias Failure = Urgent.Failure
  private var urgent: Leg<Urgent>
  private var other: Leg<Other>

  init(_ urgent: consuming Urgent, _ other: consuming Other) {
    self.urgent = Leg(urgent)
    self.other = Leg(other)
  }

  @inline(__always)
  public mutating func poll(at now: Instant) -> Poll<Urgent.Message, Urgent.Failure> {
    if let answer = urgent.take(at: now) { return answer }
    if let answer = other.take(at: now) { return answer }
    return urgent.isOpen || other.isOpen ? .pending : .ended
  }

  public var nextDeadline: Instant { min(urgent.nextDeadline, other.nextDeadline) }
  public var demand: Int { urgent.source.demand + other.source.demand }
}

extension Stream where Self: ~Copyable {
  /// These messages, and those of `other` whenever none of these is ready: an urgent stream that is always ready
  /// starves the other. Each keeps its order. Takes only what it hands on; ends when both have ended.
  public consuming func merge<Other: Stream & ~Copyable>(
    byPriority other: consuming Other
  ) -> MergeByPriority<Self, Other> where Other.Message == Message, Other.Failure == Failure {
    MergeByPriority(self, other)
  }
}
