/// The classes of a queue with priorities, and the rule by which its consumer picks among them: a property of the queue.
///
/// Class 0 is the most urgent. There are 1 to `largestCount` classes.
public struct PriorityClasses: Sendable {
  /// Classes that a queue has at most.
  public static var largestCount: Int { 16 }

  /// How many there are.
  public let count: Int
  /// Whether the most urgent class that has a message goes first.
  let isStrict: Bool
  /// How many messages of each class a turn takes at most.
  private(set) var weights: InlineArray<16, UInt32> = InlineArray(repeating: 1)

  /// The most urgent class that has a message goes first, so how long a less urgent one waits is not bounded.
  public static func strict(_ count: Int) -> PriorityClasses { PriorityClasses(count: count, isStrict: true) }

  /// The classes take turns, and a turn takes up to `weights[class]` messages of its class, 1 to 2^32 - 1. The first
  /// message of a class waits for no more messages than the other classes' weights add up to.
  public static func weighted<let count: Int>(_ weights: InlineArray<count, UInt32>) -> PriorityClasses {
    var classes = PriorityClasses(count: count, isStrict: false)
    for index in 0..<min(count, largestCount) { classes.weights[index] = weights[index] }
    return classes
  }

  private init(count: Int, isStrict: Bool) {
    self.count = count
    self.isStrict = isStrict
  }

  /// Says what is out of range, if anything is.
  func check() throws(QueueError) {
    guard count > 0, count <= Self.largestCount else { throw .endsOutOfRange(count) }
    for index in 0..<count where weights[index] == 0 { throw .weightOutOfRange(class: index) }
  }
}
