import Buffers

/// The slots of a timing wheel, each a circular list of keys in order of arrival, and which of them are occupied.
///
/// The slots' heads are nodes like the keys', so nothing has to be asked when a key leaves its list. Keys are checked
/// by the wheel, and every link was made here from a checked key or a place: so nothing is checked twice.
@safe struct SlotLists: ~Copyable {
  /// The heads of all places, and behind them the keys' nodes.
  private let nodes: UnsafeMutablePointer<Node>
  /// A bit for each occupied slot, a word for each level.
  private let occupiedSlots: UnsafeMutablePointer<UInt64>
  /// A bit for each level with an occupied slot.
  private var occupiedLevels: UInt64 = 0

  /// Sixteen bytes: what an operation costs with many timers is the cache lines it touches.
  private struct Node {
    /// `.max` in a head, and when the key has no timer.
    var deadline = UInt64.max
    var next: UInt32
    var previous: UInt32
  }

  init(keyCount: Int, in arena: inout Arena) throws(ArenaError) {
    precondition(
      keyCount >= 0 && keyCount <= Int(UInt32.max) - Place.slotCount,
      "a wheel has room for 0 to 2^32 - 705 timers")
    let nodeCount = keyCount + Place.slotCount
    // SAFETY: both blocks are carved for this use alone, aligned and large enough; the words are zeroed, and the nodes
    // initialized here.
    let words = unsafe try arena.carve(byteCount: 8 * Place.levelCount, alignment: 64)
    let memory = unsafe try arena.carve(byteCount: 16 * nodeCount, alignment: 64)
    unsafe occupiedSlots = words.bindMemory(to: UInt64.self, capacity: Place.levelCount)
    unsafe nodes = memory.bindMemory(to: Node.self, capacity: nodeCount)
    for number in 0..<nodeCount {
      unsafe (nodes + number).initialize(to: Node(next: UInt32(number), previous: UInt32(number)))
    }
  }

  // SAFETY: in all that follows a key is below the key count, as the wheel checks; a place has one of the numbers of
  // places; a link is a head's number or that of a key's node, since nothing else is ever written to one.

  @inline(__always)
  private func node(of key: Int) -> UInt32 { UInt32(truncatingIfNeeded: key &+ Place.slotCount) }

  @inline(__always)
  func deadline(of key: Int) -> UInt64 { unsafe nodes[key &+ Place.slotCount].deadline }

  /// The occupied slot that comes first: that of the lowest level, since higher ones begin behind its end.
  @inline(__always)
  var first: Place {
    guard occupiedLevels != 0 else { return .none }
    let level = occupiedLevels.trailingZeroBitCount
    return unsafe Place(level: level, slot: occupiedSlots[level].trailingZeroBitCount)
  }

  /// The key with the earliest deadline in an occupied slot, of equal ones the first; or -1 when more than a few would
  /// have to be looked at.
  @inline(__always)
  func firstDue(in place: Place) -> Int {
    var number = unsafe Int(nodes[place.number].next)
    var first = number
    if !place.isExact {
      var left = 8
      while true {
        number = unsafe Int(nodes[number].next)
        if number == place.number { break }
        left &-= 1
        if left == 0 { return -1 }
        if unsafe nodes[number].deadline < nodes[first].deadline { first = number }
      }
    }
    return first &- Place.slotCount
  }

  /// Puts a key that is in no slot behind the last of one.
  @inline(__always)
  mutating func append(_ key: Int, deadline: UInt64, to place: Place) {
    append(node: node(of: key), deadline: deadline, to: place)
  }

  @inline(__always)
  private mutating func append(node number: UInt32, deadline: UInt64, to place: Place) {
    let head = UInt32(truncatingIfNeeded: place.number)
    let last = unsafe nodes[place.number].previous
    unsafe nodes[Int(number)] = Node(deadline: deadline, next: head, previous: last)
    unsafe nodes[Int(last)].next = number
    unsafe nodes[place.number].previous = number
    if last == head { occupy(place) }
  }

  /// Takes a key out of its slot; whether it was alone there.
  @inline(__always)
  mutating func remove(_ key: Int) -> Bool {
    let number = key &+ Place.slotCount
    let (next, previous) = unsafe (nodes[number].next, nodes[number].previous)
    unsafe nodes[number].deadline = .max
    unsafe nodes[Int(previous)].next = next
    unsafe nodes[Int(next)].previous = previous
    guard next == previous else { return false }
    // Both are the head.
    vacate(Place(number: Int(next)))
    return true
  }

  /// Moves all of an occupied slot, in their order, to where they belong at `time`, which lies in the slot; the key
  /// with the earliest deadline, of equal ones the first.
  mutating func spread(_ place: Place, at time: UInt64) -> Int {
    let head = UInt32(truncatingIfNeeded: place.number)
    var number = unsafe nodes[place.number].next
    var (first, earliest) = (number, UInt64.max)
    unsafe nodes[place.number].next = head
    unsafe nodes[place.number].previous = head
    vacate(place)
    while number != head {
      let node = unsafe nodes[Int(number)]
      append(node: number, deadline: node.deadline, to: Place(of: node.deadline, at: time))
      if node.deadline < earliest { (first, earliest) = (number, node.deadline) }
      number = node.next
    }
    return Int(first) &- Place.slotCount
  }

  @inline(__always)
  private mutating func occupy(_ place: Place) {
    unsafe occupiedSlots[place.level] |= 1 &<< UInt64(truncatingIfNeeded: place.slot)
    occupiedLevels |= 1 &<< UInt64(truncatingIfNeeded: place.level)
  }

  @inline(__always)
  private mutating func vacate(_ place: Place) {
    let left = unsafe occupiedSlots[place.level] & ~(1 &<< UInt64(truncatingIfNeeded: place.slot))
    unsafe occupiedSlots[place.level] = left
    if left == 0 { occupiedLevels &= ~(1 &<< UInt64(truncatingIfNeeded: place.level)) }
  }
}

// Nothing else reaches the memory.
extension SlotLists: @unchecked Sendable {}
