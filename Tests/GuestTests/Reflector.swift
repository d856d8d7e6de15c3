import Buffers
import Machine
import Networking
import Reactors
import Scheduling
import Timing
import Virtio
import VirtioTransports
import Wire

/// A bare UDP reflector: every datagram goes back to its sender in the frame it came in. It answers address
/// resolution, sleeps when idle, and has the order node's driver, stack and reactor: what an order costs beyond it
/// is the orders' own.
struct Reflector: Schedulable, ~Copyable {
  /// As many as the order node takes.
  private static let framesPerPoll = 64

  private var frames: NetworkPort
  private var network: NetworkStack

  /// Says that it is ready, and reflects for ever.
  static func run(_ core: consuming Core, _ startInfo: consuming StartInfo) -> Never {
    var core = core
    let devices = GuestDevices(startInfo, from: core)
    var arena = GuestDevices.memory(startInfo)
    let frames = devices.network(&core, in: &arena)
    do throws(ArenaError) {
      let network = try makeStack(hardwareAddress: frames.hardwareAddress, in: &arena)
      var reactor = try Reactor<Core, PriorityLevels>(
        core: core, limits: ReactorLimits(taskCount: 1, taskByteCount: MemoryLayout<Reflector>.size),
        in: &arena)
      guard let task = reactor.spawn(Reflector(frames: frames, network: network), "reflector").id() else {
        Machine.panic("there is no room for the reflector")
      }
      reactor.connect(source: GuestDevices.networkSource, priority: 0, to: task)
      Console.write("sluice: reflector ready\n")
      reactor.run()
    } catch {
      Machine.panic("too little memory for the reflector")
    }
    Machine.stop(.failed)
  }

  static func makeStack(hardwareAddress: UInt64, in arena: inout Arena) throws(ArenaError) -> NetworkStack {
    let configuration = NetworkConfiguration(
      hardware: MACAddress(littleEndianValue: hardwareAddress), address: IPv4Address(10, 0, 2, 15),
      prefixBitCount: 24, gateway: IPv4Address(10, 0, 2, 2))
    guard let configuration else { Machine.panic("the device has no usable address") }
    return try NetworkStack(configuration, in: &arena)
  }

  static var functions: TaskFunctions<Reflector> {
    TaskFunctions(poll: { $0.poll(&$1) }, drop: { $0.drop($1) })
  }

  mutating func poll(_ context: inout CoreContext) -> TaskPoll<Void> {
    var budget = Self.framesPerPoll
    while budget > 0, frames.canTransmit, let frame = frames.receive() {
      budget &-= 1
      take(frame, now: context.now)
    }
    frames.flush()
    if budget == 0 { return .ready }
    guard frames.canTransmit else { return frames.armTransmitInterrupt() ? .ready : .waiting }
    return frames.armReceiveInterrupt() ? .ready : .waiting
  }

  @inline(__always)
  private mutating func take(_ frame: consuming Frame, now: Instant) {
    switch network.receive(frame.bytes, now: now) {
    case .datagram:
      Self.turnAround(&frame)
      return frames.transmit(frame)
    case .reply(let reply): answer(frame.bytes, with: reply)
    case .none, .dropped: break
    }
    frames.recycle(frame)
  }

  /// Exchanges source and destination in the headers. Every checksum stays right: it is a sum of both.
  @inline(__always)
  static func turnAround(_ frame: inout Frame) {
    let destination = frame.bytes.macAddress(at: 0)
    let source = frame.bytes.macAddress(at: 6)
    let addresses: UInt64 = frame.bytes.littleEndian(at: 26)
    // An IPv4 header of more than 20 bytes carries options; the ports stand behind them.
    let portsOffset = 14 &+ Int(frame.bytes.byte(at: 14) & 15) &* 4
    let ports: UInt32 = frame.bytes.littleEndian(at: portsOffset)
    var buffer = frame.buffer
    buffer.store(source, at: 0)
    buffer.store(destination, at: 6)
    buffer.storeLittleEndian(addresses >> 32 | addresses << 32, at: 26)
    buffer.storeLittleEndian(ports >> 16 | ports << 16, at: portsOffset)
  }

  @inline(never)
  private mutating func answer(_ received: RawSpan, with reply: Reply) {
    guard var frame = frames.frameForTransmission() else { return network.count(.noTransmitFrame) }
    var buffer = frame.buffer
    let byteCount = network.writeReply(reply, to: received, into: &buffer)
    frame.resize(to: byteCount)
    frames.transmit(frame)
  }
}
