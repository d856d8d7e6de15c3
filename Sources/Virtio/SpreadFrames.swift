import Buffers

/// A network device whose receive queues are spread over cores, as the core sees it that has the sessions.
///
/// It owns the first receive queue and all transmit queues, and takes the frames of the other receive queues from their
/// cores, a link each, in turn with its own. A recycled frame goes back to the pool of the core it came from. A flow is
/// always transmitted on the same queue, by its destination; the device then steers what it receives of that flow to the
/// core of the receive queue beside it.
///
/// A place to transmit is one in each of the queues, since the frame's destination is not known when the place is asked
/// for: a queue that stays full stops all of them, as the one queue of a smaller device would.
///
/// A device with one pair of queues, or one that does not do as it is told while it is brought up, is used as
/// `NetworkDevice` would; then `pairCount` is 1, and the other cores have nothing to receive. With several pairs the
/// device is not reset when it breaks a rule or asks for it: all cores would have to stop first. It is cut off from
/// memory, and `isUsable` is false. Context: reactor.
public struct SpreadFrames<Transport: VirtioTransport & ~Copyable>: ~Copyable {
  /// Pairs of queues that are used at most, however many the device has.
  public static var mostPairs: Int { FramePool.numberCount }

  /// The first pair of queues, and the frames of this core.
  var first: NetworkDevice<Transport>
  /// Transmit queues but the first: that of pair n at n - 1. None is missing; the image has no table that can say so.
  var transmitQueues: Table<Virtqueue<Frame>?>
  /// Receive queues but the first, until their cores take them.
  var receiveQueues: Table<Virtqueue<Frame>?>
  var links: Table<ReceiverLink?>
  /// Whose turn it is to be received from: 0 for this core's own queue, n for the link with the core of queue n.
  var turn = 0
  /// Frames of other cores that callers hold.
  var foreignCount: UInt = 0
  /// Frames that other cores have received, as far as they have come here.
  public internal(set) var framesOfOthers: UInt64 = 0

  init(
    _ first: consuming NetworkDevice<Transport>, _ transmitQueues: consuming Table<Virtqueue<Frame>?>,
    _ receiveQueues: consuming Table<Virtqueue<Frame>?>, _ links: consuming Table<ReceiverLink?>
  ) {
    self.first = first
    self.transmitQueues = transmitQueues
    self.receiveQueues = receiveQueues
    self.links = links
  }

  /// Pairs of queues that are used, 1 to `mostPairs`.
  public var pairCount: Int { links.count + 1 }
  /// Whether the device works; once false it stays so.
  public var isUsable: Bool { first.isUsable }
  /// Whether the cable is in, as of the last `handleConfigurationChange`.
  public var isLinkUp: Bool { first.isLinkUp }
  /// Those of this core; frames that came by a link count as received.
  public var counters: NetworkCounters { first.counters }
  /// The address of the device: six bytes, the first one sent lowest.
  public var hardwareAddress: UInt64 { first.hardwareAddress }
  /// The longest frame that may be transmitted, in bytes.
  public var maximumFrameByteCount: Int { first.maximumFrameByteCount }
  /// Frames that callers hold, of this core and of others.
  public var lentFrameCount: Int { first.lentFrameCount }

  /// Whether every frame of this core's pool is there, in a queue, or with a caller: true unless there is a bug here.
  public var isBalanced: Bool {
    var count = first.receiveQueue.inFlightCount + first.transmitQueue.inFlightCount
    for index in 0..<transmitQueues.count { count += transmitQueues[index]!.inFlightCount }
    return first.pool.freeCount + Int(count + first.lentCount - foreignCount) == first.frameCount
  }

  /// To be called after the device's configuration interrupt: notes the state of the link, and gives up a device with
  /// several pairs that asks for a reset. A few register accesses.
  public mutating func handleConfigurationChange() { first.handleConfigurationChange() }
}

// It owns its queues, its frames and its ends of the links alone, and may go to the core that has the sessions.
extension SpreadFrames: @unchecked Sendable where Transport: Sendable & ~Copyable {}
