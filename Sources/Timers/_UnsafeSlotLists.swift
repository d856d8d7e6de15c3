import Buffers

/// Where a node lies, in bytes behind the first: following one takes no multiplication.
struct Link: Equatable, BitwiseCopyable {
  fileprivate let offset: UInt32

  @inline(__always)
  fileprivate init(to number: Int) { offset = UInt32(truncatingIfNeeded: number &* Node.byteCount) }

  /// The first head's, and so no key's.
  static var none: Link { Link(to: 0) }
}

/// Sixteen bytes: what an operation costs with many timers is the cache lines it touches.
private struct Node {
  static var byteCount: Int { 16 }

  /// `.max` in a head, and when the key has no timer.
  var deadline = UInt64.max
  var next: Link
  var previous: Link
}

/// The slots of a timing wheel, each a circular list of keys in order of arrival, and which of them are occupied.
///
/// The slots' heads are nodes like the keys', so nothing has to be asked when a key leaves its list. Keys are checked
/// by the wheel, and every link was made here from a checked key or a place: so nothing is checked twice.
@safe struct SlotLists: ~Copyable {
  /// The heads of all places, and behind them the keys' nodes.
  private let nodes: UnsafeMutableRawPointer
  /// A bit for each slot that was occupied when last looked at, a word for each level: one that becomes empty says nothing.
  private let occupiedSlots: UnsafeMutablePointer<UInt64>
  /// A bit for each level with such a slot.
  private var occupiedLevels: UInt64 = 0

  init(keyCount: Int, in arena: inout Arena) throws(ArenaError) {
    let most = Int(UInt32.max) / Node.byteCount - Place.slotCount
    precondition(keyCount >= 0 && keyCount <= most, "a wheel has room for 0 to 2^28 - 705 timers")
    let nodeCount = keyCount + Place.slotCount
    // SAFETY: both blocks are carved for this use alone, aligned and large enough; the words are zeroed, and the nodes
    // initialized here.
    let words = unsafe try arena.carve(byteCount: 8 * Place.levelCount, alignment: 64)
    unsafe nodes = try arena.carve(byteCount: Node.byteCount * nodeCount, alignment: 64)
    unsafe occupiedSlots = words.bindMemory(to: UInt64.self, capacity: Place.levelCount)
    unsafe nodes.bindMemory(to: Node.self, capacity: nodeCount)
    for number in 0..<nodeCount {
      let link = Link(to: number)
      unsafe self[link].initialize(to: Node(next: link, previous: link))
    }
  }

  // SAFETY: in all that follows a key is below the key count, as the wheel checks; a place has one of the numbers of
  // places; a link is a head's or that of a key's node, since nothing else is ever written to one.

  @inline(__always)
  func link(to key: Int) -> Link { Link(to: key &+ Place.slotCount) }

  @inline(__always)
  private func head(of place: Place) -> Link { Link(to: place.number) }

  @inline(__always)
  func key(of link: Link) -> Int { Int(link.offset) / Node.byteCount &- Place.slotCount }

  @inline(__always)
  private subscript(link: Link) -> UnsafeMutablePointer<Node> {
    unsafe (nodes + Int(link.offset)).assumingMemoryBound(to: Node.self)
  }

  @inline(__always)
  func deadline(of key: Link) -> UInt64 { unsafe self[key].pointee.deadline }

  /// The slot that comes first of those with a timer: that of the lowest level, since higher ones begin behind its end.
  /// A slot that has become empty is noticed here: once for each time that it was occupied.
  @inline(__always)
  mutating func first() -> Place? {
    while occupiedLevels != 0 {
      let level = occupiedLevels.trailingZeroBitCount
      while unsafe occupiedSlots[level] != 0 {
        let place = unsafe Place(level: level, slot: occupiedSlots[level].trailingZeroBitCount)
        if unsafe self[head(of: place)].pointee.next != head(of: place) { return place }
        unsafe occupiedSlots[level] &= occupiedSlots[level] &- 1
      }
      occupiedLevels &= occupiedLevels &- 1
    }
    return nil
  }

  /// The key with the earliest deadline in a slot that is not empty, of equal ones the first; or just the first one when
  /// more than a few would have to be looked at.
  @inline(__always)
  func firstDue(in place: Place) -> (key: Link, isKnown: Bool) {
    let head = head(of: place)
    let oldest = unsafe self[head].pointee.next
    if place.isExact { return (oldest, true) }
    var first = oldest
    var link = oldest
    for _ in 0..<8 {
      link = unsafe self[link].pointee.next
      if link == head { return (first, true) }
      if unsafe self[link].pointee.deadline < self[first].pointee.deadline { first = link }
    }
    return (oldest, false)
  }

  /// Puts a key that is in no slot behind the last of one; whether it is alone there, and the slot may have to be marked
  /// as occupied.
  @inline(__always)
  func append(_ key: Link, deadline: UInt64, to place: Place) -> Bool {
    let head = head(of: place)
    let last = unsafe self[head].pointee.previous
    unsafe self[key].pointee = Node(deadline: deadline, next: head, previous: last)
    unsafe self[last].pointee.next = key
    unsafe self[head].pointee.previous = key
    return last == head
  }

  /// Takes a key out of its slot, and leaves its deadline. The slot stays marked as occupied.
  @inline(__always)
  func detach(_ key: Link) {
    let node = unsafe self[key].pointee
    unsafe self[node.previous].pointee.next = node.next
    unsafe self[node.next].pointee.previous = node.previous
  }

  /// Notes that the key has no timer.
  @inline(__always)
  func clear(_ key: Link) { unsafe self[key].pointee.deadline = .max }

  /// Moves all of an occupied slot, in their order, to where they belong at `time`, which lies in the slot; the key
  /// with the earliest deadline, of equal ones the first.
  mutating func spread(_ place: Place, at time: UInt64) -> Link {
    let head = head(of: place)
    var link = unsafe self[head].pointee.next
    var (first, earliest) = (link, UInt64.max)
    unsafe self[head].pointee.next = head
    unsafe self[head].pointee.previous = head
    while link != head {
      let node = unsafe self[link].pointee
      let place = Place(of: node.deadline, at: time)
      if append(link, deadline: node.deadline, to: place) { occupy(place) }
      if node.deadline < earliest { (first, earliest) = (link, node.deadline) }
      link = node.next
    }
    return first
  }

  /// Marks a slot as one that may have timers.
  @inline(__always)
  mutating func occupy(_ place: Place) {
    unsafe occupiedSlots[place.level] |= 1 &<< UInt64(truncatingIfNeeded: place.slot)
    occupiedLevels |= 1 &<< UInt64(truncatingIfNeeded: place.level)
  }
}

// Nothing else reaches the memory.
extension SlotLists: @unchecked Sendable {}
