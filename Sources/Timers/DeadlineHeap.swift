public import Buffers
public import Streams
public import Timing

/// One-shot timers, the earliest first: a binary heap over preallocated places.
///
/// A timer is a key (whoever waits), at most once in the heap. Setting, cancelling and selecting are O(log n); the
/// next deadline is O(1) and exact. Context: reactor.
public struct DeadlineHeap: Discipline, ~Copyable {
  /// The key whose deadline has come.
  public typealias Work = Int

  private var heap: Table<Entry>
  /// Where each key stands in the heap, or -1.
  private var placeOfKey: Table<Int32>
  /// Timers that are set.
  public private(set) var count = 0

  private struct Entry {
    var deadline: Instant
    var key: Int32
  }

  /// Room for the keys 0 to `keyCount` - 1. Context: boot.
  public init(keyCount: Int, in arena: inout Arena) throws(ArenaError) {
    let heap = try Table(repeating: Entry(deadline: .never, key: -1), count: keyCount, in: &arena)
    let placeOfKey = try Table(repeating: Int32(-1), count: keyCount, in: &arena)
    self.heap = heap
    self.placeOfKey = placeOfKey
  }

  /// The earliest deadline; `never` when no timer is set.
  @inline(__always)
  public var nextDeadline: Instant { count == 0 ? .never : heap[0].deadline }

  /// Sets the key's timer, in place of the one it may have; `never` cancels it.
  @inline(__always)
  public mutating func set(key: Int, deadline: Instant) {
    if placeOfKey[key] < 0 && deadline == .never { return }
    change(key: key, deadline: deadline)
  }

  private mutating func change(key: Int, deadline: Instant) {
    var place = Int(placeOfKey[key])
    guard deadline != .never else { return cancel(key: key) }
    if place < 0 {
      place = count
      count += 1
    } else if heap[place].deadline == deadline {
      return
    }
    heap[place] = Entry(deadline: deadline, key: Int32(key))
    placeOfKey[key] = Int32(place)
    settle(place)
  }

  /// Takes the key's timer away, if it has one.
  public mutating func cancel(key: Int) {
    let place = Int(placeOfKey[key])
    guard place >= 0 else { return }
    placeOfKey[key] = -1
    count -= 1
    guard place != count else { return }
    heap[place] = heap[count]
    placeOfKey[Int(heap[place].key)] = Int32(place)
    settle(place)
  }

  /// Takes the earliest timer that is due.
  ///
  /// - Parameter limit: the current time in nanoseconds since boot; never is a timer given before its deadline.
  @inline(__always)
  public mutating func select(_ limit: UInt64) -> Int? {
    guard count > 0, heap[0].deadline.nanoseconds <= limit else { return nil }
    let key = Int(heap[0].key)
    cancel(key: key)
    return key
  }

  /// Moves the entry at `place` to where it belongs.
  private mutating func settle(_ place: Int) {
    var place = place
    while place > 0, heap[place].deadline < heap[(place - 1) / 2].deadline {
      swap(place, (place - 1) / 2)
      place = (place - 1) / 2
    }
    while true {
      var earliest = place
      for child in (2 * place + 1)...(2 * place + 2) where child < count {
        if heap[child].deadline < heap[earliest].deadline { earliest = child }
      }
      guard earliest != place else { return }
      swap(place, earliest)
      place = earliest
    }
  }

  private mutating func swap(_ first: Int, _ second: Int) {
    let entry = heap[first]
    heap[first] = heap[second]
    heap[second] = entry
    placeOfKey[Int(heap[first].key)] = Int32(first)
    placeOfKey[Int(heap[second].key)] = Int32(second)
  }
}
