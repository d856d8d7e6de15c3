/// A rule that picks the next work among many sources of it: the one abstraction behind interrupts, timers,
/// tasks, queues and devices.
///
/// Of every discipline holds: what was put in is picked once and not lost, nothing else is picked, nothing beyond the
/// limit is picked, something is picked whenever something within the limit is there, and the order and the longest
/// wait are those that its documentation promises.
public protocol Discipline: ~Copyable {
  /// What is picked: a message that was waiting, or the number by which the asker knows who is to go on (a task, an
  /// interrupt source, a timer's key), and with it the stream that is to be polled.
  associatedtype Work: ~Copyable

  /// Picks and takes the next work, or nothing when there is none within the limit.
  ///
  /// - Parameter limit: how far the discipline may go, in the unit in which its order is counted; it says in its own
  ///   documentation which one of these that is. `.max` is no limit.
  ///   - A *budget*, where work has no order but that of its arrival: 0 picks nothing, anything else picks one.
  ///   - A number of *levels*, where work has priorities: only the `limit` most urgent ones are looked at, none for 0.
  ///   - A *deadline* in nanoseconds since boot, where work has deadlines: only those not after it are looked at. For
  ///     timers it is the present time, so that nothing is picked early; for work that must be done by its deadline it
  ///     is the latest one that the asker has to care for now. For 0 only the moment of boot is left.
  mutating func select(_ limit: UInt64) -> Work?
}
