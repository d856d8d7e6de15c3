import Buffers

/// What the driver remembers of the chains of a queue, out of the device's reach: what belongs to each chain in
/// flight, how much of it the device may say it wrote, and which slots are free.
///
/// Unsafe, because a slot in use holds a payload and a free one holds nothing, and because a slot number is checked
/// only by `admits`: the device's are to be asked about, the others come out of the ring of free slots.
@safe struct SlotStorage<Payload: ~Copyable>: ~Copyable {
  /// A payload, then 0 for a free slot, or 1 more than the writable bytes.
  private let slots: UnsafeMutableRawPointer
  private let freeSlots: UnsafeMutablePointer<UInt16>
  private let mask: UInt

  private static var limitOffset: Int { MemoryLayout<Payload>.stride }
  private static var slotByteCount: Int { MemoryLayout<Payload>.stride + 8 }

  /// Carves `count` free slots, a power of two.
  init(count: UInt16, in arena: inout Arena) throws(ArenaError) {
    precondition(MemoryLayout<Payload>.alignment <= 8 && count & (count - 1) == 0)
    let slots = unsafe try arena.carve(byteCount: Int(count) * Self.slotByteCount, alignment: 64)
    let freeSlots = unsafe try arena.carve(byteCount: Int(count) * 2, alignment: 64)
    unsafe self.slots = slots
    // SAFETY: carved for this alone, aligned, large enough and zero, which is a valid number.
    unsafe self.freeSlots = freeSlots.bindMemory(to: UInt16.self, capacity: Int(count))
    mask = UInt(count) - 1
  }

  @inline(__always) var count: UInt { mask &+ 1 }

  /// Makes the slots free in order, from `position` on. All must be free.
  mutating func freeAll(startingAt position: UInt) {
    for slot in 0..<count {
      precondition(unsafe limit(of: slot).pointee == 0, "a queue is restarted only when nothing is in flight")
      // SAFETY: the masked position is inside the ring.
      unsafe freeSlots[Int(bitPattern: (position &+ slot) & mask)] = UInt16(truncatingIfNeeded: slot)
    }
  }

  /// The free slot at `position` in the order in which slots became free; one is there.
  @inline(__always)
  func freeSlot(at position: UInt) -> UInt {
    // SAFETY: the masked position is inside the ring.
    UInt(unsafe freeSlots[Int(bitPattern: position & mask)])
  }

  /// Takes `payload` in. `slot` was said to be free by `freeSlot`.
  @inline(__always)
  mutating func occupy(_ slot: UInt, with payload: consuming Payload, writableByteCount: UInt32) {
    // SAFETY: the slot is free, so it is below the count and holds nothing that would be overwritten.
    unsafe address(of: slot).initializeMemory(as: Payload.self, to: payload)
    unsafe limit(of: slot).pointee = writableByteCount &+ 1
  }

  /// Whether `slot` is one, is in use, and can have been written `byteCount` bytes to. A free slot admits nothing,
  /// not even 0 bytes.
  @inline(__always)
  func admits(_ slot: UInt, _ byteCount: UInt32) -> Bool {
    // SAFETY: read only when it is one of the slots.
    unsafe slot <= mask && byteCount < limit(of: slot).pointee
  }

  /// Takes out what belongs to `slot`, which becomes free as the slot at `position`. It must admit 0 bytes.
  @inline(__always)
  mutating func vacate(_ slot: UInt, position: UInt) -> Payload {
    // SAFETY: the slot is in use, so it holds a payload; from now on it is free.
    unsafe limit(of: slot).pointee = 0
    unsafe freeSlots[Int(bitPattern: position & mask)] = UInt16(truncatingIfNeeded: slot)
    return unsafe address(of: slot).assumingMemoryBound(to: Payload.self).move()
  }

  @inline(__always) @unsafe
  private func address(of slot: UInt) -> UnsafeMutableRawPointer {
    unsafe slots + Int(bitPattern: slot) &* Self.slotByteCount
  }

  @inline(__always) @unsafe
  private func limit(of slot: UInt) -> UnsafeMutablePointer<UInt32> {
    unsafe (address(of: slot) + Self.limitOffset).assumingMemoryBound(to: UInt32.self)
  }
}
