package import Buffers

/// Finds pool indices by a 64-bit key: open addressing in a fixed table that is at most half full.
///
/// Removal shifts entries back instead of leaving marks, so that a table does not get slower with use. Nothing
/// outside can see the order of the slots. The hash multiplies by a secret number, so that clients cannot choose
/// keys that meet. Complexity: O(1) expected for each operation.
package struct HashIndex: ~Copyable, Sendable {
  private struct Slot: BitwiseCopyable, Sendable {
    /// Zero in an empty slot.
    var key: UInt64
    var value: UInt32
  }

  private var slots: Table<Slot>
  private let mask: Int
  private let shift: UInt64
  private let multiplier: UInt64

  /// Carves room for `capacity` keys. Context: boot.
  package init(capacity: Int, seed: UInt64, in arena: inout Arena) throws(ArenaError) {
    let count = Self.slotCount(capacity: capacity)
    let slots = try Table(repeating: Slot(key: 0, value: 0), count: count, in: &arena)
    self.slots = slots
    mask = count - 1
    shift = UInt64(64 - count.trailingZeroBitCount)
    multiplier = seed | 1
  }

  /// A power of two, and at least twice `capacity`.
  private static func slotCount(capacity: Int) -> Int {
    var count = 2
    while count < 2 * capacity { count *= 2 }
    return count
  }

  /// The bytes a table for `capacity` keys takes.
  static func byteCount(capacity: Int) -> Int { slotCount(capacity: capacity) * MemoryLayout<Slot>.stride }

  @inline(__always) private func home(of key: UInt64) -> Int {
    Int(truncatingIfNeeded: (key &* multiplier) &>> shift)
  }

  /// The slot that holds `key`, valid until the next insertion or removal; nothing when none does. Zero is no key and
  /// is never found: clients can ask for it.
  @inline(__always) package func position(of key: UInt64) -> Int? {
    var position = home(of: key)
    while true {
      let occupant = slots[position].key
      if occupant == 0 { return nil }
      if occupant == key { return position }
      position = (position &+ 1) & mask
    }
  }

  /// What was inserted with the key at `position`.
  @inline(__always) package func value(at position: Int) -> UInt32 { slots[position].value }

  /// Adds a key that is not in the table and not zero. The caller keeps to the capacity.
  @inline(__always) package mutating func insert(_ key: UInt64, value: UInt32) {
    var position = home(of: key)
    while slots[position].key != 0 { position = (position &+ 1) & mask }
    slots[position] = Slot(key: key, value: value)
  }

  /// Removes the key at `position`.
  @inline(__always) package mutating func remove(at position: Int) {
    if slots[(position &+ 1) & mask].key == 0 {
      slots[position].key = 0
    } else {
      closeGap(at: position)
    }
  }

  /// Moves entries behind a removed one to where a search still finds them.
  @inline(never) private mutating func closeGap(at position: Int) {
    var hole = position
    var next = (hole &+ 1) & mask
    while slots[next].key != 0 {
      // An entry may move back only as far as its home.
      let distanceFromHome = (next &- home(of: slots[next].key)) & mask
      if distanceFromHome >= (next &- hole) & mask {
        slots[hole] = slots[next]
        hole = next
      }
      next = (next &+ 1) & mask
    }
    slots[hole].key = 0
  }

  /// Calls `body` with every key and value, in an order that means nothing. Complexity: O(slots).
  func forEach(_ body: (_ key: UInt64, _ value: UInt32) -> Void) {
    for position in 0..<slots.count where slots[position].key != 0 {
      body(slots[position].key, slots[position].value)
    }
  }
}
