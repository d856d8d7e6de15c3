public import Buffers
import Scheduling
public import Streams
public import Timing

/// One-shot timers, the earliest first: a binary heap over preallocated places.
///
/// A timer is a key (whoever waits), at most once in the heap. Setting, cancelling and selecting are O(log n); the
/// next deadline is O(1) and exact. Context: reactor.
public struct DeadlineHeap: Discipline, ~Copyable {
  /// The key whose deadline has come.
  public typealias Work = Int

  private var heap: KeyedHeap<Instant>

  /// Room for the keys 0 to `keyCount` - 1. Context: boot.
  public init(keyCount: Int, in arena: inout Arena) throws(ArenaError) {
    heap = try KeyedHeap(keyCount: keyCount, filler: .never, in: &arena)
  }

  /// Timers that are set.
  public var count: Int { heap.count }

  /// The earliest deadline; `never` when no timer is set.
  @inline(__always)
  public var nextDeadline: Instant { heap.first ?? .never }

  /// Sets the key's timer, in place of the one it may have; `never` cancels it.
  @inline(__always)
  public mutating func set(key: Int, deadline: Instant) {
    if deadline == .never && !heap.contains(key) { return }
    change(key: key, deadline: deadline)
  }

  private mutating func change(key: Int, deadline: Instant) {
    guard deadline != .never else { return heap.remove(key) }
    heap.set(key, rank: deadline)
  }

  /// Takes the key's timer away, if it has one.
  public mutating func cancel(key: Int) { heap.remove(key) }

  /// Takes the earliest timer that is due.
  ///
  /// - Parameter limit: the current time in nanoseconds since boot; never is a timer given before its deadline.
  @inline(__always)
  public mutating func select(_ limit: UInt64) -> Int? {
    guard let deadline = heap.first, deadline.nanoseconds <= limit else { return nil }
    return heap.takeFirst()
  }
}
