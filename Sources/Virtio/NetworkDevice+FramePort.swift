public import Buffers

/// The path of every frame.
extension NetworkDevice: FramePort where Transport: ~Copyable {
  public mutating func receive() -> Frame? {
    while let completion = receiveQueue.completed() {
      let byteCount = Int(completion.writtenByteCount) &- NetworkHeader.byteCount
      var frame = completion.payload
      guard byteCount > 0 else {
        counters.malformedLengths &+= 1
        recycle(frame)
        continue
      }
      counters.receivedFrames &+= 1
      frame.resize(to: byteCount)
      return frame
    }
    if receiveQueue.isBroken { recover() }
    return nil
  }

  @inline(__always)
  public mutating func recycle(_ frame: consuming Frame) {
    takeBackPlace(of: frame)
    if receiveQueue.freeCount != 0 {
      let memory = DeviceMemory.receiving(frame)
      receiveQueue.submit(frame, writable: memory)
    } else {
      pool.give(frame)
    }
  }

  public mutating func frameForTransmission() -> Frame? {
    guard isUsable, transmitQueue.freeCount > promisedPlaces, let frame = pool.take() else {
      return collectedFrameForTransmission()
    }
    return promisingPlace(frame)
  }

  public mutating func transmit(_ frame: consuming Frame) {
    guard frame.byteCount > 0, frame.byteCount <= maximumFrameByteCount else {
      counters.refusedFrames &+= 1
      return recycle(frame)
    }
    takeBackPlace(of: frame)
    counters.transmittedFrames &+= 1
    let memory = DeviceMemory.transmitting(frame)
    transmitQueue.submit(frame, readable: memory)
  }

  public var canTransmit: Bool {
    mutating get {
      if transmitQueue.freeCount <= promisedPlaces { collectTransmitted() }
      return isUsable && transmitQueue.freeCount > promisedPlaces
    }
  }

  public mutating func flush() {
    if receiveQueue.freeCount != 0 && isUsable { fillReceiveQueue() }
    let hasReceiveNews = receiveQueue.publish()
    let hasTransmitNews = transmitQueue.publish()
    guard hasReceiveNews || hasTransmitNews else { return }
    fenceStoresBeforeLoads()
    if hasReceiveNews && receiveQueue.needsNotification() { ring(doorbell: 0) }
    if hasTransmitNews && transmitQueue.needsNotification() { ring(doorbell: 1) }
  }
}
