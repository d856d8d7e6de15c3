import Buffers

/// Where frames come from and go to behind the port.
extension NetworkDevice where Transport: ~Copyable {
  mutating func ring(doorbell queue: Int) {
    counters.doorbells &+= 1
    transport.notify(queue: queue)
  }

  /// Notes that `frame` is lent with a place in the transmit queue.
  @inline(__always)
  mutating func promisingPlace(_ frame: consuming Frame) -> Frame {
    hasPlace[frame.index] = true
    promisedPlaces &+= 1
    return frame
  }

  /// Ends the promise, if the frame was lent with one.
  @inline(__always)
  mutating func takeBackPlace(of frame: borrowing Frame) {
    guard hasPlace[frame.index] else { return }
    hasPlace[frame.index] = false
    promisedPlaces &-= 1
  }

  /// A frame for transmission out of one that has been transmitted: with a place free by that, or for lack of
  /// frames in the pool.
  mutating func collectedFrameForTransmission() -> Frame? {
    guard isUsable, let frame = collectedFrame() else { return nil }
    guard transmitQueue.freeCount > promisedPlaces else {
      pool.give(frame)
      return nil
    }
    return promisingPlace(frame)
  }

  /// The next frame that the device has transmitted.
  mutating func collectedFrame() -> Frame? {
    guard let completion = transmitQueue.completed() else {
      if transmitQueue.isBroken { recover() }
      return nil
    }
    var frame = completion.payload
    frame.resize(to: 0)
    return frame
  }

  /// Brings all frames that the device has transmitted back to the pool. Complexity: O(the queue's size).
  mutating func collectTransmitted() {
    while let frame = collectedFrame() { pool.give(frame) }
  }

  /// Posts a frame in every free place of the receive queue, as long as there are frames.
  mutating func fillReceiveQueue() {
    while receiveQueue.freeCount != 0, let frame = pool.take() ?? collectedFrame() {
      let memory = DeviceMemory.receiving(frame)
      receiveQueue.submit(frame, writable: memory)
    }
  }
}
