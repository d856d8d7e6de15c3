import Buffers

/// The slots of a timing wheel, each a circular list of nodes in order of arrival, and which of them are occupied.
///
/// Keys are the first nodes, the heads of the slots the last: in a list whose head is a node like any other nothing has to
/// be asked when one leaves.
struct SlotLists: ~Copyable {
  private var nodes: Table<Node>
  private let firstHead: Int
  private var occupiedSlots: Table<UInt64>
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
    precondition(keyCount >= 0 && keyCount <= Int(UInt32.max) - Place.slotCount, "no such number of timers")
    let occupiedSlots = try Table(repeating: UInt64(0), count: Place.levelCount, in: &arena)
    let nodes = try Table(count: keyCount + Place.slotCount, in: &arena) {
      Node(next: UInt32($0), previous: UInt32($0))
    }
    self.nodes = nodes
    self.occupiedSlots = occupiedSlots
    firstHead = keyCount
  }

  @inline(__always)
  func deadline(of key: Int) -> UInt64 { nodes[key].deadline }

  /// The occupied slot that comes first: that of the lowest level, since higher ones begin behind its end.
  @inline(__always)
  var first: Place? {
    guard occupiedLevels != 0 else { return nil }
    let level = occupiedLevels.trailingZeroBitCount
    return Place(level: level, slot: occupiedSlots[level].trailingZeroBitCount)
  }

  @inline(__always)
  func firstKey(in place: Place) -> Int { Int(nodes[firstHead &+ place.number].next) }

  /// Whether no other key is in this one's slot: both neighbours are the head.
  @inline(__always)
  func isAlone(_ key: Int) -> Bool { nodes[key].next == nodes[key].previous }

  /// Puts a key that is in no slot behind the last of one.
  @inline(__always)
  mutating func append(_ key: Int, deadline: UInt64, to place: Place) {
    let head = firstHead &+ place.number
    let last = nodes[head].previous
    nodes[key] = Node(deadline: deadline, next: UInt32(truncatingIfNeeded: head), previous: last)
    nodes[Int(last)].next = UInt32(truncatingIfNeeded: key)
    nodes[head].previous = UInt32(truncatingIfNeeded: key)
    occupiedSlots[place.level] |= 1 &<< UInt64(truncatingIfNeeded: place.slot)
    occupiedLevels |= 1 &<< UInt64(truncatingIfNeeded: place.level)
  }

  /// Takes a key out of its slot, and gives the slot when no other key is left there.
  @inline(__always)
  mutating func remove(_ key: Int) -> Place? {
    let node = nodes[key]
    nodes[key].deadline = .max
    nodes[Int(node.previous)].next = node.next
    nodes[Int(node.next)].previous = node.previous
    guard node.next == node.previous else { return nil }
    let place = Place(number: Int(node.next) &- firstHead)
    vacate(place)
    return place
  }

  /// The earliest deadline in an occupied slot. Complexity: O(keys in the slot).
  func earliestDeadline(in place: Place) -> UInt64 {
    let head = firstHead &+ place.number
    var earliest = UInt64.max
    var key = Int(nodes[head].next)
    while key != head {
      let node = nodes[key]
      earliest = min(earliest, node.deadline)
      key = Int(node.next)
    }
    return earliest
  }

  /// Moves all of a slot, in their order, to where they belong at `time`, which lies in the slot.
  mutating func spread(_ place: Place, at time: UInt64) {
    let head = firstHead &+ place.number
    var key = Int(nodes[head].next)
    nodes[head].next = UInt32(truncatingIfNeeded: head)
    nodes[head].previous = UInt32(truncatingIfNeeded: head)
    vacate(place)
    while key != head {
      let node = nodes[key]
      append(key, deadline: node.deadline, to: Place(of: node.deadline, at: time))
      key = Int(node.next)
    }
  }

  @inline(__always)
  private mutating func vacate(_ place: Place) {
    let left = occupiedSlots[place.level] & ~(1 &<< UInt64(truncatingIfNeeded: place.slot))
    occupiedSlots[place.level] = left
    if left == 0 { occupiedLevels &= ~(1 &<< UInt64(truncatingIfNeeded: place.level)) }
  }
}
