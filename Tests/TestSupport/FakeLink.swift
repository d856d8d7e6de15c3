public import Buffers

/// A network device in memory, with a virtio device's manners: it fills only buffers it was told of, sees sent
/// frames only when it is told of them, raises an interrupt only when it was asked to, and once.
///
/// The driver's side is `FramePort`; the device's side is in `FakeLink+Device.swift`.
@safe public final class FakeLink: FramePort {
  /// Buffers that can wait to be filled, and frames that can wait to be sent.
  public let receivePlaceCount: Int
  public let transmitPlaceCount: Int
  /// Frames are sent at once; when off, each takes its place until `completeTransmissions`.
  public var completesTransmissions = true
  /// Called for each frame when the device is told of it.
  public var onSend: ((_ frame: [UInt8]) -> Void)?
  /// Called for each frame when the driver takes it.
  public var onReceive: ((_ frame: [UInt8]) -> Void)?
  /// Called when an interrupt is raised.
  public var onInterrupt: (() -> Void)?
  /// Frames that came when no buffer was there for them.
  public internal(set) var overflowCount = 0
  /// Frames sent since the last `takeSent()`.
  var sent: [[UInt8]] = []

  private let memory: TestArena
  var pool: FramePool
  /// Empty, known to the device.
  var posted: [FrameBox] = []
  /// Filled, not yet taken.
  var arrived: [FrameBox] = []
  /// Sent, its memory still in use by the device.
  var inFlight: [FrameBox] = []
  /// Given back or sent by the driver, which has not told the device yet.
  private var unposted: [FrameBox] = []
  private var queued: [FrameBox] = []
  /// Frames lent with a place to be sent.
  private var promised: Set<Int> = []
  var isReceiveArmed = false
  var isTransmitArmed = false

  public init(
    receivePlaceCount: Int = 64, transmitPlaceCount: Int = 64, frameCount: Int? = nil
  ) throws {
    let frameCount = frameCount ?? receivePlaceCount + transmitPlaceCount + 1
    memory = TestArena(byteCount: (frameCount + 2) * 2048 + frameCount * 8)
    pool = try FramePool(count: frameCount, in: &memory.arena)
    self.receivePlaceCount = receivePlaceCount
    self.transmitPlaceCount = transmitPlaceCount
    postBuffers()
  }

  deinit {
    for box in posted + arrived + inFlight + unposted + queued { pool.give(box.take()) }
  }

  /// Frames the driver holds now; 0 between its polls, or it keeps what it should give back.
  public var lentFrameCount: Int {
    pool.capacity - pool.freeCount - posted.count - arrived.count - inFlight.count - unposted.count
      - queued.count
  }

  /// What the driver has given back or sent without telling the device; 0 between its polls.
  public var unannouncedCount: Int { unposted.count + queued.count }

  /// Whether every frame is where it belongs between two polls.
  public var isBalanced: Bool { lentFrameCount == 0 && unannouncedCount == 0 && promised.isEmpty }

  // MARK: - The driver's side

  public func receive() -> Frame? {
    guard !arrived.isEmpty else { return nil }
    let frame = arrived.removeFirst().take()
    onReceive?(frame.array)
    return frame
  }

  public func recycle(_ frame: consuming Frame) {
    promised.remove(frame.index)
    guard posted.count + unposted.count + arrived.count < receivePlaceCount else { return pool.give(frame) }
    unposted.append(FrameBox(frame))
  }

  public func frameForTransmission() -> Frame? {
    guard canTransmit, var frame = pool.take() else { return nil }
    frame.resize(to: 0)
    promised.insert(frame.index)
    return frame
  }

  public func transmit(_ frame: consuming Frame) {
    precondition(promised.remove(frame.index) != nil || canTransmit, "sent without a place for it")
    precondition(frame.byteCount >= 14, "sent less than an Ethernet header")
    queued.append(FrameBox(frame))
  }

  public var canTransmit: Bool { queued.count + inFlight.count + promised.count < transmitPlaceCount }

  public func armReceiveInterrupt() -> Bool {
    isReceiveArmed = arrived.isEmpty
    return !isReceiveArmed
  }

  public func armTransmitInterrupt() -> Bool {
    isTransmitArmed = !canTransmit || pool.freeCount == 0
    return !isTransmitArmed
  }

  public func flush() {
    posted += unposted
    unposted = []
    postBuffers()
    let frames = queued
    inFlight += frames
    queued = []
    for box in frames { announce(box.array) }
    if completesTransmissions { completeTransmissions() }
  }

  private func announce(_ frame: [UInt8]) {
    sent.append(frame)
    onSend?(frame)
  }

  /// Posts buffers as long as there are places and frames.
  private func postBuffers() {
    while posted.count + arrived.count < receivePlaceCount, let frame = pool.take() {
      posted.append(FrameBox(frame))
    }
  }
}

/// A frame in an array; a class because an array holds no noncopyable values.
final class FrameBox {
  private var frame: Frame?

  init(_ frame: consuming Frame) { self.frame = consume frame }

  func take() -> Frame { frame.take()! }

  var array: [UInt8] {
    let frame = take()
    let bytes = frame.array
    self.frame = consume frame
    return bytes
  }

  func fill(_ bytes: [UInt8]) { frame!.fill(bytes) }
}
