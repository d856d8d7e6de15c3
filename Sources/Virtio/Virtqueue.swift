import Buffers

/// The driver's side of a split queue (Virtio 1.2, 2.7): chains of buffers go to the device and come back.
///
/// What belongs to a chain is owned by the queue while the device may use it, and is handed back when the device
/// has completed the chain. Nothing the device writes is trusted: everything the driver needs to know is kept in
/// memory of its own, and a device that completes what it was not given makes the queue broken; it then yields
/// nothing until it is restarted. A chain counts as in flight from its submission on, published or not. The number
/// of its slot is also that of its first descriptor.
struct Virtqueue<Payload: ~Copyable>: ~Copyable {
  /// Which queue of its device this is.
  let number: Int
  let ring: RingMemory
  var slots: SlotStorage<Payload>

  // Positions count on and never wrap; the low 16 bits are the ring indexes of the specification. The ring of free
  // slots is filled from `nextAvailable` on, up to the place of `nextUsed` a lap later.

  /// Chains that can be submitted now.
  var freeCount: UInt = 0
  /// Where the next chain is submitted.
  var nextAvailable: UInt = 0
  /// Up to where the device has been shown chains.
  var published: UInt = 0
  /// `published` when the device was last told, or did not want to be.
  var announced: UInt = 0
  /// Where the next chain is taken back.
  var nextUsed: UInt = 0
  /// Up to where the device was last seen to have completed chains.
  var seenUsed: UInt = 0

  var usesEventIndex = false
  /// The device broke a rule, or has not been started.
  private(set) var isBroken = true
  /// Completions whose length was more than the chain could take.
  var excessiveLengthCount: UInt64 = 0

  /// Carves a queue of `size` elements, a power of two, for chains of at most `partCount` parts. It is broken
  /// until started. Context: boot.
  init(number: Int, size: UInt16, partCount: Int, in arena: inout Arena) throws(VirtioError) {
    let share = Int(size) / partCount
    guard share > 0 else { throw .queueUnavailable }
    let slotCount = UInt16(1 << (Int.bitWidth - 1 - share.leadingZeroBitCount))
    let ring = try carving { () throws(ArenaError) in try RingMemory(size: size, in: &arena) }
    let slots = try carving { () throws(ArenaError) in
      try SlotStorage<Payload>(count: slotCount, in: &arena)
    }
    self.number = number
    self.ring = ring
    self.slots = slots
  }

  /// Makes the queue empty for a device that has just been reset; nothing may be in flight.
  ///
  /// - Parameter index: where both rings start: 0 with any real device.
  mutating func restart(usesEventIndex: Bool, startingAt index: UInt16 = 0) {
    let start = UInt(index)
    slots.freeAll(startingAt: start)
    (nextAvailable, published, announced) = (start, start, start)
    (nextUsed, seenUsed) = (start, start)
    freeCount = slots.count
    ring.clear(startingAt: index)
    self.usesEventIndex = usesEventIndex
    isBroken = false
    wantNoInterrupts()
  }

  /// Takes what belongs to `slot` out of a queue whose device has been reset or cut off.
  mutating func abandon(slot: UInt16) -> Payload? {
    markBroken()
    guard slots.admits(UInt(slot), 0) else { return nil }
    let payload = slots.vacate(UInt(slot), position: nextUsed)
    nextUsed &+= 1
    freeCount &+= 1
    seenUsed = nextUsed
    return payload
  }

  /// Declares the queue broken.
  mutating func markBroken() {
    isBroken = true
    seenUsed = nextUsed
  }

  /// Whether the queue is broken; for a queue in a table, whose `isBroken` the compiler would move out of it.
  mutating func yieldsNothing() -> Bool { isBroken }

  /// How many chains can be in flight.
  var slotCount: UInt16 { UInt16(slots.count) }

  /// Chains submitted and not taken back.
  var inFlightCount: UInt { nextAvailable &- nextUsed }
}
