public import Buffers

/// Keys by rank, the least rank first: a binary heap that knows where each key stands.
///
/// What deadlines and weights are kept in. A key is at most once in the heap. Setting, removing and taking are O(log n);
/// looking at the first is O(1). Ranks are ordered by their `<`, which need be an order only among those in the heap.
public struct KeyedHeap<Rank: Comparable & BitwiseCopyable>: ~Copyable {
  private var heap: Table<Entry>
  /// Where each key stands in the heap, or -1.
  private var placeOfKey: Table<Int32>
  /// Keys in the heap.
  public private(set) var count = 0

  private struct Entry {
    var rank: Rank
    var key: Int32
  }

  /// Room for the keys 0 to `keyCount` - 1; `filler` is a rank that stands in the unused places. Context: boot.
  public init(keyCount: Int, filler: Rank, in arena: inout Arena) throws(ArenaError) {
    precondition(keyCount <= Int(Int32.max), "a heap has room for at most 2^31 - 1 keys")
    let heap = try Table(repeating: Entry(rank: filler, key: -1), count: keyCount, in: &arena)
    let placeOfKey = try Table(repeating: Int32(-1), count: keyCount, in: &arena)
    self.heap = heap
    self.placeOfKey = placeOfKey
  }

  /// Keys there is room for.
  public var keyCount: Int { heap.count }

  /// The least rank, when there is any.
  @inline(__always)
  public var first: Rank? { count == 0 ? nil : heap[0].rank }

  @inline(__always)
  public func contains(_ key: Int) -> Bool { placeOfKey[key] >= 0 }

  /// The key's rank, when it is in the heap.
  @inline(__always)
  public func rank(of key: Int) -> Rank? {
    let place = placeOfKey[key]
    return place < 0 ? nil : heap[Int(place)].rank
  }

  /// Puts the key in, or gives it another rank.
  public mutating func set(_ key: Int, rank: Rank) {
    var place = Int(placeOfKey[key])
    if place < 0 {
      place = count
      count += 1
    } else if heap[place].rank == rank {
      return
    }
    heap[place] = Entry(rank: rank, key: Int32(key))
    placeOfKey[key] = Int32(place)
    settle(place)
  }

  /// Takes the key out, if it is in.
  public mutating func remove(_ key: Int) {
    let place = Int(placeOfKey[key])
    guard place >= 0 else { return }
    placeOfKey[key] = -1
    count -= 1
    guard place != count else { return }
    heap[place] = heap[count]
    placeOfKey[Int(heap[place].key)] = Int32(place)
    settle(place)
  }

  /// Takes out the key of the least rank; there must be one.
  @inline(__always)
  public mutating func takeFirst() -> Int {
    let key = Int(heap[0].key)
    remove(key)
    return key
  }

  /// Moves the entry at `place` to where it belongs: those in its way move into the hole it leaves.
  private mutating func settle(_ place: Int) {
    let entry = heap[place]
    var hole = place
    while hole > 0 {
      let parent = (hole &- 1) &>> 1
      guard entry.rank < heap[parent].rank else { break }
      put(heap[parent], at: hole)
      hole = parent
    }
    while let child = lesserChild(of: hole), heap[child].rank < entry.rank {
      put(heap[child], at: hole)
      hole = child
    }
    put(entry, at: hole)
  }

  @inline(__always)
  private func lesserChild(of place: Int) -> Int? {
    let left = 2 &* place &+ 1
    guard left < count else { return nil }
    let right = left &+ 1
    return right < count && heap[right].rank < heap[left].rank ? right : left
  }

  @inline(__always)
  private mutating func put(_ entry: Entry, at place: Int) {
    heap[place] = entry
    placeOfKey[Int(entry.key)] = Int32(truncatingIfNeeded: place)
  }
}
