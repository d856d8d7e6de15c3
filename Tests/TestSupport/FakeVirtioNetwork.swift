public import Virtio

/// What a network device does with its queues, step by step, as a test says.
///
/// With several pairs it has a queue of commands too, takes the one that says how many pairs to use, and puts what arrives
/// of a flow into the receive queue beside the transmit queue that the flow was last seen on.
public final class FakeVirtioNetwork {
  /// How it answers a command.
  public enum CommandAnswer {
    case acknowledges
    case refuses
    case neverAnswers
    /// Asks for a reset instead.
    case needsReset
    /// Completes what is not a command.
    case breaksTheRing
  }

  public static let headerByteCount = 12
  public static let address: [UInt8] = [0x52, 0x54, 0x00, 0x12, 0x34, 0x56]

  public let device: FakeVirtioDevice
  /// What its configuration says.
  public let pairCount: Int
  public var commandAnswer = CommandAnswer.acknowledges
  /// What the driver told it to use; 1 until then.
  public private(set) var usedPairCount = 1
  /// Frames the driver sent, in order.
  public var transmitted: [[UInt8]] = []
  /// Chains taken from the transmit queue and not completed.
  public private(set) var transmitting: [FakeVirtioQueue.Chain] = []
  /// Chains taken from the receive queue and not completed.
  public private(set) var waiting: [FakeVirtioQueue.Chain] = []
  private var resetsSeen = 0

  public init(
    features: VirtioFeatures = .version1 | .eventIndex | .networkMAC | .networkStatus, queueSize: UInt32 = 16,
    mtu: UInt16 = 1500, pairCount: Int = 1
  ) {
    self.pairCount = pairCount
    let hasPairs = features.contains(.networkPairs)
    let sizes = [UInt32](repeating: queueSize, count: 2 * pairCount) + (hasPairs ? [64] : [])
    device = FakeVirtioDevice(
      type: 1, features: features, queueSizes: sizes,
      configuration: Self.address + [1, 0, UInt8(pairCount), 0, UInt8(mtu & 0xFF), UInt8(mtu >> 8)])
    if hasPairs {
      device.whenNotified = { [unowned self] queue in if queue == 2 * self.pairCount { takeCommand() } }
    }
  }

  /// Those of a device with several pairs.
  public static let pairFeatures: VirtioFeatures =
    .version1 | .eventIndex | .networkMAC | .networkStatus | .networkControl | .networkPairs

  private func takeCommand() {
    let queue = queue(2 * pairCount)
    while let chain = queue.pop() {
      let bytes = queue.read(chain)
      let count = bytes.count == 4 ? Int(bytes[2]) | Int(bytes[3]) << 8 : 0
      if bytes.prefix(2) != [4, 0] || count < 1 || count > pairCount || chain.writableByteCount != 1 {
        device.note(violation: "a command of \(bytes)")
      }
      if !device.status.contains(.driverOK) { device.note(violation: "a command before DRIVER_OK") }
      for pair in 0..<count where device.queues[2 * pair] == nil || device.queues[2 * pair + 1] == nil {
        device.note(violation: "pair \(pair) is to be used and was not set up")
      }
      answer(chain, in: queue, pairs: count)
    }
  }

  private func answer(_ chain: FakeVirtioQueue.Chain, in queue: FakeVirtioQueue, pairs count: Int) {
    switch commandAnswer {
    case .acknowledges:
      usedPairCount = count
      queue.writeLast(0, of: chain)
      queue.complete(chain, byteCount: 1)
    case .refuses:
      queue.writeLast(1, of: chain)
      queue.complete(chain, byteCount: 1)
    case .neverAnswers: break
    case .needsReset: device.askForReset()
    case .breaksTheRing: queue.push(999, byteCount: 1)
    }
  }

  public var receiveQueue: FakeVirtioQueue { queue(0) }
  public var transmitQueue: FakeVirtioQueue { queue(1) }

  /// A device that was reset has forgotten every chain.
  public func queue(_ number: Int) -> FakeVirtioQueue {
    forgetWhenReset()
    guard let queue = device.queues[number] else { fatalError("queue \(number) is not enabled") }
    return queue
  }

  public var isRunning: Bool { device.status.contains(.driverOK) && device.queues.count >= 2 }

  public func forgetWhenReset() {
    guard resetsSeen != device.resetCount else { return }
    resetsSeen = device.resetCount
    usedPairCount = 1
    transmitting = []
    waiting = []
  }

  /// Takes all published receive chains, so that `deliver` can choose among them.
  public func takeReceiveChains() {
    let queue = receiveQueue
    while let chain = queue.pop() {
      if chain.parts.count != 1 || chain.writableByteCount != 12 + 1514 {
        device.note(violation: "a receive buffer of \(chain.parts)")
      }
      waiting.append(chain)
    }
  }

  /// Puts a frame into a waiting buffer and completes it; false when none waits.
  ///
  /// - Parameters:
  ///   - choice: which of the waiting buffers.
  ///   - byteCount: what to say was written, where that is not the truth.
  @discardableResult
  public func deliver(_ frame: [UInt8], choice: Int = 0, sayingByteCount byteCount: Int? = nil) -> Bool {
    let queue = receiveQueue
    if waiting.isEmpty { takeReceiveChains() }
    guard !waiting.isEmpty else { return false }
    let chain = waiting.remove(at: choice % waiting.count)
    let header: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0]
    queue.write(header + frame, to: chain)
    queue.complete(chain, byteCount: byteCount ?? header.count + frame.count)
    return true
  }

  /// Takes one chain from the transmit queue, and notes the frame in it.
  @discardableResult
  public func takeTransmission() -> Bool {
    guard let chain = transmitQueue.pop() else { return false }
    let bytes = transmitQueue.read(chain)
    if chain.parts.contains(where: \.isWritable) { device.note(violation: "a writable transmit buffer") }
    if bytes.count <= Self.headerByteCount || bytes.count > Self.headerByteCount + 1514 {
      device.note(violation: "a transmission of \(bytes.count) bytes")
    } else if bytes.prefix(Self.headerByteCount).contains(where: { $0 != 0 }) {
      device.note(violation: "a transmit header that asks for something")
    }
    transmitted.append(Array(bytes.dropFirst(Self.headerByteCount)))
    transmitting.append(chain)
    return true
  }

  /// Completes one of the chains taken.
  public func completeTransmission(choice: Int = 0) {
    forgetWhenReset()
    guard !transmitting.isEmpty else { return }
    transmitQueue.complete(transmitting.remove(at: choice % transmitting.count), byteCount: 0)
  }

  /// Sends and completes everything published.
  public func transmitAll() {
    while takeTransmission() {}
    while !transmitting.isEmpty { completeTransmission() }
  }
}
