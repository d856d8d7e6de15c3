import Buffers
import Machine
import Networking
import Reactors
import Timing
import Virtio
import VirtioTransports
import Wire

/// A UDP reflector over a network device whose receive queues belong to two cores; `tools/spread-test` is its peer. The
/// answer to a datagram says on which queue it was received.
struct SpreadReflector: ~Copyable {
  private static let coreCount = 2
  private static let framesPerPoll = 64
  /// Where a datagram of the peer has its number, and where the answer has the queue.
  private static let numberOffset = 42
  private static let queueOffset = 50
  /// The number that ends the test.
  private static let lastNumber = UInt64.max

  private var frames: SpreadFrames<DeviceTransport>
  private var network: NetworkStack
  private var counts: InlineArray<8, UInt64> = InlineArray(repeating: 0)
  private var isOver = false

  /// For a machine with two processors, `tools/run-qemu --smp 2`.
  static func run(_ core: consuming Core, _ startInfo: consuming StartInfo) -> Never {
    var core = core
    let devices = GuestDevices(startInfo, from: core)
    var arena = GuestDevices.memory(startInfo)
    var frames = devices.spreadNetwork(
      &core, receiverProcessor: CoreTests.secondProcessor, in: &arena)
    if frames.pairCount == coreCount {
      let receiver = GuestDevices.receiver(&frames, processor: CoreTests.secondProcessor, in: &arena)
      guard CoreTests.start(SpreadReceiver(receiver), &core, in: &arena) else {
        Machine.panic("the second core does not run")
      }
    }
    do throws(ArenaError) {
      let network = try Reflector.makeStack(hardwareAddress: frames.hardwareAddress, in: &arena)
      let reflector = SpreadReflector(frames: frames, network: network)
      reflector.reflect(&core)
    } catch {
      Machine.panic("too little memory for the reflector")
    }
  }

  private init(frames: consuming SpreadFrames<DeviceTransport>, network: consuming NetworkStack) {
    self.frames = frames
    self.network = network
  }

  private consuming func reflect(_ core: inout Core) -> Never {
    var report = TestReport()
    Console.write("sluice: spread reflector ready, receive queues ")
    Console.write(UInt64(frames.pairCount))
    Console.newLine()
    report.run("datagrams are received on every queue, without a sleep too long") { report in
      while !isOver {
        if poll(core.now) == .waiting && !isOver { core.haltUnlessPending() }
        while core.pendingSources != 0 { _ = core.take(source: core.pendingSources.trailingZeroBitCount) }
      }
      for queue in 0..<frames.pairCount {
        report.expect(counts[queue] > 0, "a queue received nothing", UInt64(queue))
        report.note("datagrams received on a queue", counts[queue])
      }
    }
    report.run("frames of both cores balance, and the device kept to the rules") {
      $0.expect(frames.isBalanced && frames.lentFrameCount == 0, "lent", UInt64(frames.lentFrameCount))
      $0.expect(frames.isUsable, "the device was given up")
      $0.expect(frames.counters.refusedFrames == 0, "refused", frames.counters.refusedFrames)
      $0.expect(frames.counters.malformedLengths == 0, "wrong lengths", frames.counters.malformedLengths)
    }
    report.finish()
  }

  private mutating func poll(_ now: Instant) -> TaskStatus {
    var budget = Self.framesPerPoll
    while budget > 0, frames.canTransmit, let frame = frames.receive() {
      budget &-= 1
      take(frame, now: now)
    }
    frames.flush()
    if budget == 0 { return .ready }
    guard frames.canTransmit else { return frames.armTransmitInterrupt() ? .ready : .waiting }
    return frames.armReceiveInterrupt() ? .ready : .waiting
  }

  private mutating func take(_ frame: consuming Frame, now: Instant) {
    switch network.receive(frame.bytes, now: now) {
    case .datagram:
      guard let answer = answered(frame) else { return }
      return frames.transmit(answer)
    case .reply(let reply): answer(frame.bytes, with: reply)
    case .none, .dropped: break
    }
    frames.recycle(frame)
  }

  /// The frame with the queue in it, to go back to its sender; nothing when it is too short or was the last one.
  private mutating func answered(_ frame: consuming Frame) -> Frame? {
    guard frame.byteCount > Self.queueOffset, frame.bytes.byte(at: 14) == 0x45 else {
      frames.recycle(frame)
      return nil
    }
    guard frame.bytes.littleEndian(at: Self.numberOffset, as: UInt64.self) != Self.lastNumber else {
      isOver = true
      frames.recycle(frame)
      return nil
    }
    counts[frame.pool] += 1
    let queue = UInt8(frame.pool)
    Reflector.turnAround(&frame)
    var buffer = frame.buffer
    buffer.storeLittleEndian(queue, at: Self.queueOffset)
    // No checksum (RFC 768), since the payload has changed.
    buffer.storeLittleEndian(UInt16(0), at: 40)
    return frame
  }

  private mutating func answer(_ received: RawSpan, with reply: Reply) {
    guard var frame = frames.frameForTransmission() else { return network.count(.noTransmitFrame) }
    var buffer = frame.buffer
    let byteCount = network.writeReply(reply, to: received, into: &buffer)
    frame.resize(to: byteCount)
    frames.transmit(frame)
  }
}

/// What the second core runs: it hands on what its queue receives, and sleeps.
private struct SpreadReceiver: CoreProgram, ~Copyable {
  static var entry: CoreEntry<Self> { CoreEntry { $0.run() } }

  private var receiver: FrameReceiver<DeviceDoorbell>

  init(_ receiver: consuming FrameReceiver<DeviceDoorbell>) { self.receiver = receiver }

  consuming func run(on core: consuming Core) -> Never {
    var core = core
    var program = self
    while true {
      if program.receiver.poll() == .waiting { core.haltUnlessPending() }
      while core.pendingSources != 0 { _ = core.take(source: core.pendingSources.trailingZeroBitCount) }
    }
  }
}
