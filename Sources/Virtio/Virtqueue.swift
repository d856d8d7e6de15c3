import Buffers

/// The driver's side of a split queue (Virtio 1.2, 2.7): chains of buffers go to the device and come back.
///
/// What belongs to a chain is owned by the queue while the device may use it, and is handed back when the device
/// has completed the chain. Nothing the device writes is trusted: everything the driver needs to know is kept in
/// memory of its own, and a device that completes what it was not given makes the queue broken; it then yields
/// nothing until it is restarted. The number of a chain's slot is also that of its first descriptor.
struct Virtqueue<Payload: ~Copyable>: ~Copyable {
  /// What the driver remembers of a chain.
  struct Slot: ~Copyable {
    /// Nothing when the chain is not in flight.
    var payload: Payload?
    /// The most the device may say it wrote.
    var writableByteCount: UInt32 = 0
  }

  /// Which queue of its device this is.
  let number: Int
  /// How many chains can be in flight: a power of two.
  let slotCount: UInt16
  let ring: RingMemory
  var slots: Table<Slot>
  /// A ring of free slots: from `nextAvailable` on, up to the place of `nextUsed` a lap later.
  var freeSlots: Table<UInt16>

  /// Chains submitted so far, wrapping.
  var nextAvailable: UInt16 = 0
  /// As many of them as the device has been shown.
  var published: UInt16 = 0
  /// `published` when the device was last told, or did not want to be.
  var announced: UInt16 = 0
  /// Chains taken back so far, wrapping.
  var nextUsed: UInt16 = 0
  /// As many as the device was last seen to have completed.
  var seenUsed: UInt16 = 0

  var usesEventIndex = false
  var isArmed = false
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
      try Table(count: Int(slotCount), in: &arena) { _ in Slot() }
    }
    let freeSlots = try carving { () throws(ArenaError) in
      try Table(repeating: UInt16(0), count: Int(slotCount), in: &arena)
    }
    self.number = number
    self.slotCount = slotCount
    self.ring = ring
    self.slots = slots
    self.freeSlots = freeSlots
  }

  /// Makes the queue empty for a device that has just been reset; nothing may be in flight.
  ///
  /// - Parameter index: where both rings start: 0 with any real device.
  mutating func restart(usesEventIndex: Bool, startingAt index: UInt16 = 0) {
    for slot in 0..<slotCount {
      precondition(slots[Int(slot)].payload == nil, "a queue is restarted only when nothing is in flight")
      freeSlots[Int((index &+ slot) & slotMask)] = slot
    }
    (nextAvailable, published, announced) = (index, index, index)
    (nextUsed, seenUsed) = (index, index)
    ring.clear(startingAt: index)
    self.usesEventIndex = usesEventIndex
    isBroken = false
    disarmInterrupt()
  }

  /// Takes what belongs to `slot` out of a queue whose device has been reset or cut off.
  mutating func abandon(slot: UInt16) -> Payload? {
    markBroken()
    guard let payload = slots[Int(slot)].payload.take() else { return nil }
    freeSlots[Int(nextUsed & slotMask)] = slot
    nextUsed &+= 1
    seenUsed = nextUsed
    return payload
  }

  /// Declares the queue broken.
  mutating func markBroken() {
    isBroken = true
    seenUsed = nextUsed
  }

  @inline(__always) var slotMask: UInt16 { slotCount &- 1 }

  /// Chains submitted and not taken back.
  @inline(__always) var inFlightCount: UInt16 { nextAvailable &- nextUsed }

  /// Chains that can be submitted now.
  @inline(__always) var freeCount: UInt16 { slotCount &- inFlightCount }
}
