import Buffers
import Queues
public import Reactors
import Streams
import Timing

/// One receive queue of a network device, on a core of its own: frames go to the sessions core and come home.
///
/// A frame that the device has filled is handed on as it is. The links have a place for every frame of the pool, so
/// handing on never waits: what the sessions core does not come to take is missing in the device's ring, and when that is
/// empty the device keeps, or drops, what arrives, as it would with one core. A device that breaks a rule on this queue
/// is given up: the link's end tells the sessions core. Context: reactor.
public struct FrameReceiver<Doorbell: VirtioDoorbell>: ~Copyable {
  /// Frames handed on in one poll, so that the core's other tasks have their turn.
  package static var framesPerPoll: Int { 64 }

  var queue: Virtqueue<Frame>
  var pool: FramePool
  private let doorbell: Doorbell
  /// Nothing once the device broke a rule.
  private var sessions: VecLinkProducer<Frame, HardwareWord>?
  private var home: VecLinkConsumer<Frame, HardwareWord>
  public private(set) var counters = FrameReceiverCounters()

  init(
    _ queue: consuming Virtqueue<Frame>, _ pool: consuming FramePool, _ doorbell: Doorbell,
    _ sessions: consuming VecLinkProducer<Frame, HardwareWord>,
    _ home: consuming VecLinkConsumer<Frame, HardwareWord>
  ) {
    self.queue = queue
    self.pool = pool
    self.doorbell = doorbell
    self.sessions = consume sessions
    self.home = home
  }

  /// Frames of its pool, wherever they are: constant.
  public var frameCount: Int { pool.capacity }
  /// Frames here and with the device; the others are on their way, or with the sessions core.
  public var heldFrameCount: Int { pool.freeCount + Int(queue.inFlightCount) }
  /// Whether the device works, as far as can be seen here; once false it stays so.
  public var isUsable: Bool { sessions != nil }

  /// Takes frames home, hands on what the device has received, up to a budget, and gives the device new ones. To be called
  /// when the core starts, and when the queue's interrupt or the wake-up of the way home has come.
  public mutating func poll() -> TaskStatus {
    takeHome()
    var budget = Self.framesPerPoll
    while budget > 0, let frame = receive() {
      handOn(frame)
      budget &-= 1
    }
    giveToDevice()
    return budget == 0 || armInterrupt() || armHome() ? .ready : .waiting
  }

  private mutating func handOn(_ frame: consuming Frame) {
    counters.handedOnFrames &+= 1
    guard sessions!.push(frame) == nil else { preconditionFailure("a frame is in its link twice") }
  }

  private mutating func takeHome() {
    while case .ready(let frame) = home.poll(at: .zero) { pool.give(frame) }
  }

  /// The next frame whose length can be one; ends after a queue's length at most.
  private mutating func receive() -> Frame? {
    guard sessions != nil else { return nil }
    while var completion = queue.completed() {
      let byteCount = Int(completion.writtenByteCount) - NetworkHeader.byteCount
      if byteCount > 0 {
        completion.payload.resize(to: byteCount)
        return completion.payload
      }
      counters.malformedLengths &+= 1
      pool.give(completion.payload)
    }
    if queue.isBroken { sessions = nil }
    return nil
  }

  /// Fills the ring, and shows the device what is new by the quarter of a queue: it has the rest meanwhile.
  private mutating func giveToDevice() {
    while queue.freeCount != 0, let frame = pool.take() {
      let memory = DeviceMemory.receiving(frame)
      queue.submit(frame, writable: memory)
    }
    let quarter = queue.slots.count / 4
    let shownCount = queue.inFlightCount &- queue.unpublishedCount
    guard queue.unpublishedCount >= quarter || shownCount < quarter, queue.publish() else { return }
    fenceStoresBeforeLoads()
    guard queue.needsNotification() else { return }
    counters.doorbells &+= 1
    doorbell.ring()
  }

  private mutating func armInterrupt() -> Bool { queue.armInterrupt() }

  /// Asks to be woken by a frame that comes home, if the device has few: otherwise it is taken at the next interrupt, and
  /// the sessions core has nobody to wake. Whether one is there already.
  private mutating func armHome() -> Bool {
    guard isUsable, queue.inFlightCount &* 2 < queue.slots.count else { return false }
    return home.armWakeup()
  }
}

// It owns its queue, its frames and its ends of the links alone, and takes them to its core.
extension FrameReceiver: @unchecked Sendable {}

/// What a receiving core has been seen to do.
public struct FrameReceiverCounters: Sendable, Equatable {
  /// Frames given to the sessions core.
  public var handedOnFrames: UInt64 = 0
  /// Received with a length that is no frame's: shorter than the header, or longer than the buffer.
  public var malformedLengths: UInt64 = 0
  public var doorbells: UInt64 = 0

  public init() {}
}
