import Buffers

/// A chain that came back.
struct Completion<Payload: ~Copyable>: ~Copyable {
  var payload: Payload
  let slot: UInt
  /// How much of the writable parts is valid, from their start: never more than they hold.
  let writtenByteCount: UInt32
}

/// Taking chains back, and being told of them (Virtio 1.2, 2.7.14).
extension Virtqueue where Payload: ~Copyable {
  /// The next chain the device has completed; nothing when there is none, or when the queue is broken.
  mutating func completed() -> Completion<Payload>? {
    guard hasSeenCompletion || lookForCompletions() else { return nil }
    return taken(seenElement)
  }

  /// Takes what `element` says was completed; nothing when that cannot be, and then the queue is broken.
  mutating func taken(_ element: UsedElement) -> Completion<Payload>? {
    guard isPlain(element) else { return takeOdd(element) }
    return Completion(payload: take(element), slot: element.slot, writtenByteCount: element.byteCount)
  }

  /// Whether a completion was seen that has not been taken: it is `seenElement`.
  @inline(__always) var hasSeenCompletion: Bool { nextUsed != seenUsed }

  /// The next of the completions seen, not yet checked. To be asked for only once, as it may change.
  @inline(__always) var seenElement: UsedElement { ring.usedElement(at: nextUsed) }

  /// Whether a chain is in flight that can be what the device says: if so `take` it.
  @inline(__always)
  func isPlain(_ element: UsedElement) -> Bool { slots.admits(element.slot, element.byteCount) }

  /// Takes what belongs to a chain in flight.
  @inline(__always)
  mutating func take(_ element: UsedElement) -> Payload {
    let payload = slots.vacate(element.slot, position: nextUsed)
    nextUsed &+= 1
    freeCount &+= 1
    return payload
  }

  /// Of a chain that could not take as much as the device says it wrote, nothing counts as written. A chain that is
  /// not in flight breaks the queue.
  private mutating func takeOdd(_ element: UsedElement) -> Completion<Payload>? {
    guard slots.admits(element.slot, 0) else {
      markBroken()
      return nil
    }
    excessiveLengthCount &+= 1
    return Completion(payload: take(element), slot: element.slot, writtenByteCount: 0)
  }

  /// Reads once how far the device has come, and whether it can have.
  @inline(__always)
  mutating func lookForCompletions() -> Bool {
    let count = UInt(ring.usedIndex() &- UInt16(truncatingIfNeeded: nextUsed))
    return count == 0 ? false : seeCompletions(count)
  }

  /// Takes note of `count` more completions, if there can be as many.
  @inline(never)
  private mutating func seeCompletions(_ count: UInt) -> Bool {
    guard !isBroken else { return false }
    guard count <= published &- nextUsed else {
      markBroken()
      return false
    }
    seenUsed = nextUsed &+ count
    return true
  }

  /// Asks for an interrupt at the next completion; whether there is one already, and then none may come.
  ///
  /// The device may have completed something just before it saw the wish: looking again after it is what keeps
  /// that from being lost. The wish is never taken back: the interrupt comes even when someone else has taken the
  /// completion by then, perhaps between the device's writing it and its looking whether to interrupt.
  mutating func armInterrupt() -> Bool {
    guard !isBroken else { return false }
    if usesEventIndex {
      ring.setUsedEvent(UInt16(truncatingIfNeeded: nextUsed))
    } else {
      ring.setAvailableFlags(0)
    }
    fenceStoresBeforeLoads()
    return seenUsed != nextUsed || ring.usedIndex() != UInt16(truncatingIfNeeded: nextUsed)
  }

  /// Asks for no interrupts, until the first time that `armInterrupt` does. After that, with the event index one
  /// comes for each wish and one in 65,536 completions without; without the index, one for each completion.
  mutating func wantNoInterrupts() {
    if usesEventIndex {
      ring.setUsedEvent(UInt16(truncatingIfNeeded: nextUsed) &+ 0x8000)
    } else {
      ring.setAvailableFlags(1)
    }
  }
}
