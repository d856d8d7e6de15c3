import Buffers

/// Giving chains to the device, and telling it so (Virtio 1.2, 2.7.13).
extension Virtqueue where Payload: ~Copyable {
  /// The slot that the next submission takes. There must be a free one.
  @inline(__always)
  var nextSlot: UInt {
    precondition(freeCount != 0, "a chain was submitted to a full queue")
    return slots.freeSlot(at: nextAvailable)
  }

  /// Submits one part that the device reads.
  @inline(__always)
  mutating func submit(_ payload: consuming Payload, readable memory: DeviceMemory) {
    let slot = nextSlot
    ring.describe(slot, memory, .none)
    offer(slot, payload, writableByteCount: 0)
  }

  /// Submits one part that the device writes.
  @inline(__always)
  mutating func submit(_ payload: consuming Payload, writable memory: DeviceMemory) {
    let slot = nextSlot
    ring.describe(slot, memory, .writable)
    offer(slot, payload, writableByteCount: memory.byteCount)
  }

  /// Submits a header that the device reads, data that it reads or writes, and a status that it writes.
  ///
  /// - Parameter data: nothing for a chain of header and status alone.
  mutating func submit(
    _ payload: consuming Payload, header: DeviceMemory, data: DeviceMemory?, dataIsWritable: Bool,
    status: DeviceMemory
  ) {
    let slot = nextSlot
    let dataPart = slots.count &+ 2 &* slot
    let statusPart = dataPart &+ 1
    var writableByteCount = status.byteCount
    ring.describe(slot, header, .next, next: data == nil ? statusPart : dataPart)
    if let data {
      ring.describe(dataPart, data, dataIsWritable ? .next | .writable : .next, next: statusPart)
      if dataIsWritable { writableByteCount += data.byteCount }
    }
    ring.describe(statusPart, status, .writable)
    offer(slot, payload, writableByteCount: writableByteCount)
  }

  @inline(__always)
  private mutating func offer(_ slot: UInt, _ payload: consuming Payload, writableByteCount: UInt32) {
    slots.occupy(slot, with: payload, writableByteCount: writableByteCount)
    ring.offer(chain: slot, at: nextAvailable)
    nextAvailable &+= 1
    freeCount &-= 1
  }

  /// Elements submitted and not yet published.
  @inline(__always)
  var unpublishedCount: UInt { nextAvailable &- published }

  /// Shows the device all chains submitted since the last time; whether there were any. Ask `needsNotification`
  /// after a fence then.
  @inline(__always)
  mutating func publish() -> Bool {
    guard nextAvailable != published, !isBroken else { return false }
    published = nextAvailable
    ring.publish(UInt16(truncatingIfNeeded: published))
    return true
  }

  /// Whether the device wants to be told of what was published since this was last asked.
  ///
  /// `fenceStoresBeforeLoads` must have come between publishing and this (2.7.13.4.1).
  @inline(__always)
  mutating func needsNotification() -> Bool {
    let old = announced
    announced = published
    guard usesEventIndex else { return ring.usedFlags() & 1 == 0 }
    let new = UInt16(truncatingIfNeeded: published)
    return new &- ring.availableEvent() &- 1 < new &- UInt16(truncatingIfNeeded: old)
  }
}
