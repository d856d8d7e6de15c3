public import Timing

/// What a task says of itself for being picked; each discipline takes what it goes by and ignores the rest.
public struct TaskAttributes: Sendable, BitwiseCopyable, Equatable {
  /// How urgent it is, 0 the most: `PriorityLevels`.
  public var level: UInt8
  /// Its share among the others, 1 to `largestWeight`: `WeightedFair`.
  public var weight: UInt16
  /// How long after it was woken it must have been picked: `DeadlineTree`.
  public var patience: Duration

  /// A weight is 1 to this.
  public static var largestWeight: UInt16 { 1024 }
  /// The patience of a task that has no deadline.
  public static var unlimitedPatience: Duration { Duration(nanoseconds: .max) }

  /// In the middle of the levels, the smallest share, no deadline, unless said otherwise.
  ///
  /// - Precondition: `weight` is 1 to `largestWeight`.
  public init(level: UInt8 = 128, weight: UInt16 = 1, patience: Duration = unlimitedPatience) {
    precondition(weight >= 1 && weight <= Self.largestWeight, "a weight is 1 to 1,024")
    self.level = level
    self.weight = weight
    self.patience = patience
  }
}
