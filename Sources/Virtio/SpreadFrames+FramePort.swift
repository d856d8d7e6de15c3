public import Buffers
import Queues
import Streams
import Timing

/// The path of every frame, where there are several queues.
extension SpreadFrames: FramePort where Transport: ~Copyable {
  @inline(__always)
  public mutating func receive() -> Frame? {
    links.count == 0 ? first.receive() : receiveInTurn()
  }

  @inline(never)
  private mutating func receiveInTurn() -> Frame? {
    for _ in 0...links.count {
      let source = turn
      turn = source == links.count ? 0 : source &+ 1
      if let frame = source == 0 ? first.receive() : received(from: source) { return frame }
    }
    return nil
  }

  @inline(__always)
  public mutating func recycle(_ frame: consuming Frame) {
    guard frame.pool != 0 else { return first.recycle(frame) }
    sendHome(frame)
  }

  @inline(never)
  private mutating func sendHome(_ frame: consuming Frame) {
    first.lentCount &-= 1
    foreignCount &-= 1
    guard links[frame.pool &- 1]!.home.push(frame) == nil else {
      preconditionFailure("a frame came home twice")
    }
  }

  public mutating func frameForTransmission() -> Frame? {
    hasRoomBeyondFirst() ? first.frameForTransmission() : nil
  }

  /// A frame of another core is copied into one of this core's, and goes home at once.
  public mutating func transmit(_ frame: consuming Frame) {
    guard frame.pool == 0 else { return transmitCopy(of: frame) }
    let queue = TransmitSteering.queue(for: frame, of: pairCount)
    guard queue != 0 else { return first.transmit(frame) }
    guard UInt(bitPattern: frame.byteCount &- 1) < first.longestFrame,
      transmitQueues[queue &- 1]!.freeCount != 0
    else { return first.refuse(frame) }
    first.lentCount &-= 1
    first.counters.transmittedFrames &+= 1
    let memory = DeviceMemory.transmitting(frame)
    transmitQueues[queue &- 1]!.submit(frame, readable: memory)
  }

  public var canTransmit: Bool {
    mutating get { first.canTransmit && hasRoomBeyondFirst() }
  }

  /// Asks for an interrupt, or the wake-up of a link, when a frame arrives.
  public mutating func armReceiveInterrupt() -> Bool {
    guard isUsable else { return false }
    var hasNews = first.armReceiveInterrupt()
    for index in 0..<links.count where links[index] != nil {
      if links[index]!.arrivals.armWakeup() { hasNews = true }
    }
    return hasNews
  }

  public mutating func armTransmitInterrupt() -> Bool {
    if canTransmit { return true }
    var hasNews = first.transmitQueue.freeCount <= first.lentCount && first.transmitQueue.armInterrupt()
    for index in 0..<transmitQueues.count where transmitQueues[index]!.freeCount <= first.lentCount {
      if transmitQueues[index]!.armInterrupt() { hasNews = true }
    }
    return hasNews
  }

  public mutating func flush() {
    first.flush()
    for index in 0..<transmitQueues.count where transmitQueues[index]!.publish() {
      fenceStoresBeforeLoads()
      if transmitQueues[index]!.needsNotification() { first.ring(doorbell: 2 &* index &+ 3) }
    }
  }
}

extension SpreadFrames where Transport: ~Copyable {
  /// The next frame from the core of queue `source`.
  private mutating func received(from source: Int) -> Frame? {
    guard links[source &- 1] != nil else { return nil }
    switch links[source &- 1]!.arrivals.poll(at: .zero) {
    case .ready(let frame):
      first.lentCount &+= 1
      foreignCount &+= 1
      first.counters.receivedFrames &+= 1
      return frame
    case .ended:
      // That core has found that the device broke a rule.
      first.abandon()
      return nil
    case .pending: return nil
    }
  }

  /// Whether each transmit queue but the first has a place for one more frame than callers hold.
  private mutating func hasRoomBeyondFirst() -> Bool {
    for index in 0..<transmitQueues.count where transmitQueues[index]!.freeCount <= first.lentCount {
      collectTransmitted(index)
      guard transmitQueues[index]!.freeCount > first.lentCount else { return false }
    }
    return true
  }

  /// Brings frames that the device has transmitted back to the pool, all there are. Complexity: O(the queue's size).
  @inline(never)
  private mutating func collectTransmitted(_ index: Int) {
    while let completion = transmitQueues[index]!.completed() { first.pool.give(completion.payload) }
    if transmitQueues[index]!.yieldsNothing() { first.abandon() }
  }

  @inline(never)
  private mutating func transmitCopy(of frame: consuming Frame) {
    guard canTransmit, var copy = first.pool.take() else {
      first.counters.refusedFrames &+= 1
      return recycle(frame)
    }
    copy.copy(from: frame)
    recycle(frame)
    first.lentCount &+= 1
    transmit(copy)
  }
}
