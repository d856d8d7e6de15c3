import Buffers
import Queues
import Reactors
import Streams
import Timing
import Wire

typealias FrameLink = VecLink<Frame, HardwareWord>

/// The core to which the frames belong: it sends all it has, and takes them back into its pool.
struct FrameOwner: ~Copyable {
  private var pool: FramePool
  private var sender: VecLinkProducer<Frame, HardwareWord>?
  private var receiver: VecLinkConsumer<Frame, HardwareWord>
  private var numbers: TrafficNumbers
  private var expectation = TrafficExpectation()
  private let ledger: Shared<TrafficLedger>
  private let board: Shared<TrafficBoard>
  private var held: Frame?

  init(
    _ pool: consuming FramePool, _ sender: consuming VecLinkProducer<Frame, HardwareWord>,
    _ receiver: consuming VecLinkConsumer<Frame, HardwareWord>, _ numbers: TrafficNumbers,
    _ ledger: Shared<TrafficLedger>, _ board: Shared<TrafficBoard>
  ) {
    self.pool = pool
    self.sender = consume sender
    self.receiver = receiver
    self.numbers = numbers
    self.ledger = ledger
    self.board = board
    held = nil
  }

  mutating func poll(_ context: inout CoreContext) -> TaskPoll<Void> {
    while case .ready(let frame) = receiver.poll(at: context.now) { take(frame) }
    while let number = numbers.next, send(number) { numbers.advance() }
    if numbers.next == nil, pool.freeCount == pool.capacity {
      sender = nil
      board.value.noteEnd()
      return .finished
    }
    _ = ledger.value.armed.add(1)
    if receiver.armWakeup() { return .ready }
    _ = ledger.value.slept.add(1)
    return .waiting
  }

  private mutating func take(_ frame: consuming Frame) {
    let isRight = frame.byteCount == 64 && expectation.take(frame.bytes.littleEndian(at: 0, as: UInt64.self))
    _ = ledger.value.received.add(1)
    if !isRight { _ = ledger.value.wrong.add(1) }
    pool.give(frame)
  }

  private mutating func send(_ number: UInt64) -> Bool {
    if let frame = held.take() { return push(frame) }
    guard var frame = pool.take() else { return false }
    frame.resize(to: 64)
    Self.store(number, &frame)
    return push(frame)
  }

  private static func store(_ number: UInt64, _ frame: inout Frame) {
    var bytes = frame.buffer
    bytes.storeLittleEndian(number, at: 0)
  }

  private mutating func push(_ frame: consuming Frame) -> Bool {
    guard let back = sender!.push(frame) else { return true }
    _ = ledger.value.refused.add(1)
    held = consume back
    return false
  }
}

/// The other core: it sends every frame back.
struct FrameEcho: ~Copyable {
  private var receiver: VecLinkConsumer<Frame, HardwareWord>
  private var sender: VecLinkProducer<Frame, HardwareWord>
  private let board: Shared<TrafficBoard>

  init(
    _ receiver: consuming VecLinkConsumer<Frame, HardwareWord>,
    _ sender: consuming VecLinkProducer<Frame, HardwareWord>, _ board: Shared<TrafficBoard>
  ) {
    self.receiver = receiver
    self.sender = sender
    self.board = board
  }

  mutating func poll(_ context: inout CoreContext) -> TaskPoll<Void> {
    while true {
      switch receiver.poll(at: context.now) {
      case .ready(let frame):
        // There is room for all the frames there are.
        if let back = sender.push(frame) { preconditionFailure(back.index < 0 ? "" : "no room for a frame") }
      case .pending: return receiver.armWakeup() ? .ready : .waiting
      case .ended:
        board.value.noteEnd()
        return .finished
      }
    }
  }
}
