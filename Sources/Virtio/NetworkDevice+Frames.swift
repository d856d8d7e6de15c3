import Buffers

/// Where frames come from and go to behind the port.
extension NetworkDevice where Transport: ~Copyable {
  @inline(never)
  mutating func ring(doorbell queue: Int) {
    counters.doorbells &+= 1
    transport.notify(queue: queue)
  }

  /// Why nothing was received: a broken queue, perhaps.
  @inline(__always)
  mutating func receivedNothing() -> Frame? {
    if receiveQueue.isBroken { recover() }
    return nil
  }

  /// Hands an empty frame to a caller.
  @inline(__always)
  mutating func lend(_ frame: consuming Frame) -> Frame {
    lentCount &+= 1
    frame.resize(to: 0)
    return frame
  }

  /// Finds a frame for transmission when no completion is known of yet.
  @inline(never)
  mutating func lookForTransmitted() -> Frame? {
    if transmitQueue.lookForCompletions() { return frameForTransmission() }
    if transmitQueue.isBroken { recover() }
    return nil
  }

  /// Collects frames when the first, `element`, finds no place because callers hold so many, or is none. Ends after
  /// a queue's length at most.
  @inline(never)
  mutating func frameForTransmission(odd element: UsedElement) -> Frame? {
    var element = element
    while let completion = transmitQueue.taken(element) {
      if transmitQueue.freeCount > lentCount { return lend(completion.payload) }
      pool.give(completion.payload)
      guard transmitQueue.hasSeenCompletion || transmitQueue.lookForCompletions() else { break }
      element = transmitQueue.seenElement
    }
    if transmitQueue.isBroken { recover() }
    return nil
  }

  /// Drops frames whose length cannot be, `element` first, until one can; or finds the queue broken. What is dropped
  /// is not published before the next flush, so this ends after a queue's length at most.
  @inline(never)
  mutating func receive(odd element: UsedElement) -> Frame? {
    var element = element
    while var completion = receiveQueue.taken(element) {
      lentCount &+= 1
      let byteCount = Int(completion.writtenByteCount) - NetworkHeader.byteCount
      if byteCount > 0 {
        counters.receivedFrames &+= 1
        completion.payload.resize(to: byteCount)
        return completion.payload
      }
      counters.malformedLengths &+= 1
      recycle(completion.payload)
      guard receiveQueue.hasSeenCompletion || receiveQueue.lookForCompletions() else { break }
      element = receiveQueue.seenElement
    }
    return receivedNothing()
  }

  /// Drops a frame that the network does not carry, or for which the caller did not ask whether there is room.
  @inline(never)
  mutating func refuse(_ frame: consuming Frame) {
    counters.refusedFrames &+= 1
    recycle(frame)
  }

  /// The next frame that the device has transmitted.
  private mutating func collectedFrame() -> Frame? {
    if let completion = transmitQueue.completed() { return completion.payload }
    if transmitQueue.isBroken { recover() }
    return nil
  }

  /// Brings frames that the device has transmitted back to the pool, all there are. Complexity: O(the queue's size).
  @inline(never)
  mutating func makeRoom() -> Bool {
    while let frame = collectedFrame() { pool.give(frame) }
    return transmitQueue.freeCount > lentCount
  }

  /// Posts a frame in every free place of the receive queue, as long as there are frames.
  @inline(never)
  mutating func fillReceiveQueue() {
    guard isUsable else { return }
    while receiveQueue.freeCount != 0, let frame = pool.take() ?? collectedFrame() {
      let memory = DeviceMemory.receiving(frame)
      receiveQueue.submit(frame, writable: memory)
    }
  }
}
