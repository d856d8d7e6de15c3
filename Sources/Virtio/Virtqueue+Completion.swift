import Buffers

/// A chain that came back.
struct Completion<Payload: ~Copyable>: ~Copyable {
  var payload: Payload
  let slot: UInt16
  /// How much of the writable parts is valid, from their start: never more than they hold.
  let writtenByteCount: UInt32
}

/// Taking chains back, and being told of them (Virtio 1.2, 2.7.14).
extension Virtqueue where Payload: ~Copyable {
  /// The next chain the device has completed; nothing when there is none, or when the queue is broken.
  @inline(__always)
  mutating func completed() -> Completion<Payload>? {
    if nextUsed == seenUsed && !lookForCompletions() { return nil }
    let (chain, byteCount) = ring.usedElement(at: nextUsed)
    guard chain < UInt32(slotCount), let payload = slots[Int(chain)].payload.take() else {
      markBroken()
      return nil
    }
    let slot = UInt16(truncatingIfNeeded: chain)
    freeSlots[Int(nextUsed & slotMask)] = slot
    nextUsed &+= 1
    return Completion(payload: payload, slot: slot, writtenByteCount: checked(byteCount, of: slot))
  }

  /// Of a chain that could not take as much as the device says it wrote, nothing is taken as written.
  @inline(__always)
  private mutating func checked(_ byteCount: UInt32, of slot: UInt16) -> UInt32 {
    guard byteCount > slots[Int(slot)].writableByteCount else { return byteCount }
    excessiveLengthCount &+= 1
    return 0
  }

  /// Reads once how far the device has come, and whether it can have.
  private mutating func lookForCompletions() -> Bool {
    guard !isBroken else { return false }
    let used = ring.usedIndex()
    guard used != nextUsed else { return false }
    guard used &- nextUsed <= published &- nextUsed else {
      markBroken()
      return false
    }
    seenUsed = used
    if isArmed { disarmInterrupt() }
    return true
  }

  /// Asks for an interrupt at the next completion; whether there is one already, and then none may come.
  ///
  /// The device may have completed something just before it saw the wish: looking again after it is what keeps
  /// that from being lost.
  mutating func armInterrupt() -> Bool {
    guard !isBroken else { return false }
    isArmed = true
    if usesEventIndex {
      ring.setUsedEvent(nextUsed)
    } else {
      ring.setAvailableFlags(0)
    }
    fenceStoresBeforeLoads()
    return seenUsed != nextUsed || ring.usedIndex() != nextUsed
  }

  /// Asks for no interrupts. Those under way, and with the event index one in 65,536 completions, still come.
  mutating func disarmInterrupt() {
    isArmed = false
    if usesEventIndex {
      ring.setUsedEvent(nextUsed &+ 0x8000)
    } else {
      ring.setAvailableFlags(1)
    }
  }
}
