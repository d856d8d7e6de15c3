public import Buffers

/// A virtio network device (Virtio 1.2, 5.1): one receive queue, one transmit queue, and the frames they use.
///
/// Both queues and whoever holds a frame share one pool; a frame moves between them without a copy. The receive
/// queue is filled up at each `flush`. Completed transmissions are collected only when their frames or places are
/// needed, so transmitting costs no interrupts. A device that breaks a rule is reset and brought up again, at
/// most `recoveryLimit` times without a received frame in between; then, or when it does not come back, it is
/// given up: nothing is received any more and nothing can be transmitted. Context: reactor.
public struct NetworkDevice<Transport: VirtioTransport & ~Copyable>: ~Copyable {
  /// Resets in a row, with nothing received in between, after which the device is given up.
  package static var recoveryLimit: Int { 8 }
  /// Frames beyond those the two queues take: what callers may hold while everything keeps flowing.
  package static var spareFrameCount: Int { 32 }

  var transport: Transport
  var receiveQueue: Virtqueue<Frame>
  var transmitQueue: Virtqueue<Frame>
  var pool: FramePool
  /// Frames that callers hold. None is lent, or transmitted in place, unless the transmit queue has room for all
  /// of them: so whoever was given a frame for transmission can transmit it.
  var lentCount: UInt = 0
  var configuration: NetworkConfiguration
  /// `maximumFrameByteCount` for the path of every frame.
  var longestFrame: UInt
  var recoveriesInARow = 0
  var receivedAtRecovery: UInt64 = 0
  let firstRingIndex: UInt16
  /// Whether all its queues are here, so that it can be reset.
  let isRestartable: Bool

  /// Whether the device works; once false it stays so.
  public internal(set) var isUsable = true
  /// Whether the cable is in, as of the last `handleConfigurationChange`.
  public internal(set) var isLinkUp = true
  public internal(set) var counters = NetworkCounters()

  /// The address of the device: six bytes, the first one sent lowest.
  public var hardwareAddress: UInt64 { configuration.hardwareAddress }

  /// The longest frame that may be transmitted, in bytes.
  public var maximumFrameByteCount: Int { configuration.maximumFrameByteCount }

  /// Brings up the device behind `transport`. Context: boot.
  ///
  /// - Parameters:
  ///   - queueSizeLimit: the most frames each queue holds, a power of two.
  ///   - firstRingIndex: where the rings start: 0 with any real device, another for tests of their wrap.
  public init(
    _ transport: consuming Transport, queueSizeLimit: UInt16 = 256, firstRingIndex: UInt16 = 0,
    in arena: inout Arena
  ) throws(VirtioError) {
    var transport = transport
    let configuration = try Self.negotiate(&transport)
    var receiveQueue = try Self.queue(0, of: transport, limit: queueSizeLimit, in: &arena)
    var transmitQueue = try Self.queue(1, of: transport, limit: queueSizeLimit, in: &arena)
    let frameCount = Int(receiveQueue.slotCount) + Int(transmitQueue.slotCount) + Self.spareFrameCount
    let pool = try carving { () throws(ArenaError) in
      try FramePool(count: min(frameCount, 65_536), in: &arena)
    }
    try Self.start(&transport, &receiveQueue, &transmitQueue, configuration.features, firstRingIndex)
    self.init(transport, receiveQueue, transmitQueue, pool, configuration, firstRingIndex)
  }

  /// Takes over a device that was started and has no frames yet.
  ///
  /// - Parameter isRestartable: whether it has no more queues than these.
  init(
    _ transport: consuming Transport, _ receiveQueue: consuming Virtqueue<Frame>,
    _ transmitQueue: consuming Virtqueue<Frame>, _ pool: consuming FramePool,
    _ configuration: NetworkConfiguration, _ firstRingIndex: UInt16, isRestartable: Bool = true
  ) {
    self.pool = pool
    self.transport = transport
    self.receiveQueue = receiveQueue
    self.transmitQueue = transmitQueue
    self.configuration = configuration
    longestFrame = UInt(configuration.maximumFrameByteCount)
    self.firstRingIndex = firstRingIndex
    self.isRestartable = isRestartable
    begin()
  }

  /// Carves queue `number`, as large as the device and `limit` allow.
  static func queue(
    _ number: Int, of transport: borrowing Transport, limit: UInt16, in arena: inout Arena
  ) throws(VirtioError) -> Virtqueue<Frame> {
    let size = try transport.usableSize(ofQueue: number, limit: limit)
    return try Virtqueue<Frame>(number: number, size: size, partCount: 1, in: &arena)
  }

  /// Frames in the pool, in both queues, and lent: constant.
  public var frameCount: Int { pool.capacity }
  /// Frames that callers hold.
  public var lentFrameCount: Int { Int(lentCount) }
  /// Whether every frame is in the pool, in a queue, or with a caller: true unless there is a bug here.
  public var isBalanced: Bool {
    pool.freeCount + Int(receiveQueue.inFlightCount + transmitQueue.inFlightCount + lentCount) == frameCount
  }
}

// It owns its queues and its frames alone, and may go to the core that is to drive it.
extension NetworkDevice: @unchecked Sendable where Transport: Sendable & ~Copyable {}

/// What a network device has been seen to do.
public struct NetworkCounters: Sendable, Equatable {
  public var receivedFrames: UInt64 = 0
  public var transmittedFrames: UInt64 = 0
  /// Received with a length that is no frame's: shorter than the header, or longer than the buffer.
  public var malformedLengths: UInt64 = 0
  /// Not transmitted: longer than the network allows, empty, or without asking whether there is room.
  public var refusedFrames: UInt64 = 0
  /// Completions of what was not given, or of more than was given.
  public var brokenRings: UInt64 = 0
  /// Times the device was reset and brought up again.
  public var resets: UInt64 = 0
  public var doorbells: UInt64 = 0

  public init() {}
}
