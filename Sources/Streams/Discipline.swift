/// A rule that picks the next work among many sources of it: the one abstraction behind interrupts, timers,
/// tasks, queues and devices.
public protocol Discipline: ~Copyable {
  /// Names the stream of work that was picked.
  associatedtype Work: ~Copyable

  /// Picks and takes the next work, or nothing when none is due.
  ///
  /// - Parameter limit: a budget or a deadline, as the discipline says in its own documentation.
  mutating func select(_ limit: UInt64) -> Work?
}
