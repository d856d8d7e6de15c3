public import Buffers

/// The path of every frame. What is rare lies in functions of its own, so that the common way is short.
extension NetworkDevice: FramePort where Transport: ~Copyable {
  public mutating func receive() -> Frame? {
    guard receiveQueue.hasSeenCompletion || receiveQueue.lookForCompletions() else {
      return receivedNothing()
    }
    let element = receiveQueue.seenElement
    let byteCount = Int(element.byteCount) &- NetworkHeader.byteCount
    guard receiveQueue.isPlain(element), UInt(bitPattern: byteCount &- 1) < UInt(Frame.capacity) else {
      return receive(odd: element)
    }
    lentCount &+= 1
    counters.receivedFrames &+= 1
    var frame = receiveQueue.take(element)
    frame.resize(to: byteCount)
    return frame
  }

  @inline(__always)
  public mutating func recycle(_ frame: consuming Frame) {
    lentCount &-= 1
    if receiveQueue.freeCount != 0 {
      let memory = DeviceMemory.receiving(frame)
      receiveQueue.submit(frame, writable: memory)
    } else {
      pool.give(frame)
    }
  }

  public mutating func frameForTransmission() -> Frame? {
    if transmitQueue.freeCount > lentCount, let frame = pool.take() { return lend(frame) }
    // In the long run every place is taken by a frame long transmitted: collecting it gives frame and place.
    guard transmitQueue.hasSeenCompletion else { return lookForTransmitted() }
    let element = transmitQueue.seenElement
    guard transmitQueue.isPlain(element), transmitQueue.freeCount &+ 1 > lentCount else {
      return frameForTransmission(odd: element)
    }
    return lend(transmitQueue.take(element))
  }

  public mutating func transmit(_ frame: consuming Frame) {
    guard UInt(bitPattern: frame.byteCount &- 1) < longestFrame, transmitQueue.freeCount != 0 else {
      return refuse(frame)
    }
    lentCount &-= 1
    counters.transmittedFrames &+= 1
    let memory = DeviceMemory.transmitting(frame)
    transmitQueue.submit(frame, readable: memory)
  }

  public var canTransmit: Bool {
    mutating get { transmitQueue.freeCount > lentCount || makeRoom() }
  }

  public mutating func flush() {
    if receiveQueue.freeCount != 0 { fillReceiveQueue() }
    // Empty buffers are offered by the quarter of a queue: the device has the rest meanwhile.
    let hasReceiveNews =
      receiveQueue.unpublishedCount >= receiveQueue.slots.count / 4 && receiveQueue.publish()
    let hasTransmitNews = transmitQueue.publish()
    guard hasReceiveNews || hasTransmitNews else { return }
    fenceStoresBeforeLoads()
    if hasReceiveNews && receiveQueue.needsNotification() { ring(doorbell: 0) }
    if hasTransmitNews && transmitQueue.needsNotification() { ring(doorbell: 1) }
  }
}
