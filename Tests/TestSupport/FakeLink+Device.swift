public import Buffers

/// The device's side: what the test, as the network, does.
extension FakeLink {
  /// A frame comes from the network. Dropped and counted when no buffer is there for it.
  public func deliver(_ frame: [UInt8]) {
    guard !posted.isEmpty else {
      overflowCount += 1
      return
    }
    let box = posted.removeFirst()
    box.fill(frame)
    arrived.append(box)
    guard isReceiveArmed else { return }
    isReceiveArmed = false
    onInterrupt?()
  }

  /// Frames that came and were not yet taken.
  public var waitingFrameCount: Int { arrived.count }

  /// Takes what was sent since the last call.
  public func takeSent() -> [[UInt8]] {
    defer { sent = [] }
    return sent
  }

  /// Whether frames sent are not completed yet.
  public var isTransmitBusy: Bool { !inFlight.isEmpty }

  /// The device is done with the first `count` frames sent, or with all.
  public func completeTransmissions(_ count: Int = .max) {
    guard !inFlight.isEmpty else { return }
    for box in inFlight.prefix(count) { pool.give(box.take()) }
    inFlight.removeFirst(min(count, inFlight.count))
    guard isTransmitArmed else { return }
    isTransmitArmed = false
    onInterrupt?()
  }
}

extension Frame {
  /// A copy of the valid bytes.
  public var array: [UInt8] {
    // SAFETY: the bytes are copied before the closure ends.
    unsafe bytes.withUnsafeBytes { unsafe [UInt8]($0) }
  }

  /// Makes these the frame's bytes.
  public mutating func fill(_ source: [UInt8]) {
    precondition(source.count <= Frame.capacity)
    var target = buffer
    // SAFETY: a frame's buffer holds `capacity` bytes.
    unsafe target.withUnsafeMutableBytes { bytes in
      unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[0..<source.count]).copyBytes(from: source)
    }
    resize(to: source.count)
  }
}
