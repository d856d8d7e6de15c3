import Buffers
public import Exchange
import Networking
public import Orders
public import Reactors
import Scheduling
import Sessions
public import TestSupport
public import Timing
import Wire

/// How large a simulated node is, and when it boots.
public struct NodeSize: Sendable {
  public var orders = 256
  public var symbols = 16
  /// A power of two.
  public var messagesPerClient = 1024
  /// What its clock chip says at first.
  public var secondsSinceMidnight: UInt64 = 36_000

  public init() {}

  private var orderLimits: OrderLimits { OrderLimits(orders: orders, symbols: symbols) }
  private var clientLimits: ClientLimits { ClientLimits(messagesPerClient: messagesPerClient) }

  /// Memory for the venue and all that a node needs beside it.
  func makeMemory() -> TestArena {
    TestArena(byteCount: orderLimits.byteCount + clientLimits.byteCount + (128 << 10))
  }

  func makeVenue(in memory: TestArena) throws -> LocalVenue {
    try LocalVenue(orders: orderLimits, clients: clientLimits, hashSeed: 42, in: &memory.arena)
  }
}

/// The order node as the kernel puts it together, on fake devices and in virtual time.
public final class SimulatedNode<Inner: InputJournal & ~Copyable> {
  static var timerSource: Int { 0 }
  static var diskSource: Int { 1 }
  static var networkSource: Int { 2 }

  public let link: FakeLink
  public let time: VirtualTime
  public let journal: HostedJournal<Inner>
  public let timeOfDay: TimeOfDay
  public let wires: SimulatedCore.Wires
  public let orderNode: Resident<OrderNode<FakeLink, HostedJournal<Inner>, OrderEngine>>
  private var reactor: Reactor<SimulatedCore, PriorityLevels>
  private let memory: TestArena

  /// - Parameter memory: what `venue` was made in; the rest is made there too.
  public init(
    link: FakeLink, venue: consuming LocalVenue, journal: consuming Inner, time: VirtualTime, size: NodeSize,
    memory: TestArena
  ) throws {
    let core = SimulatedCore(time)
    wires = core.wires
    self.journal = HostedJournal(journal)
    self.link = link
    self.time = time
    self.memory = memory
    timeOfDay = TimeOfDay(
      secondsSinceMidnight: size.secondsSinceMidnight + time.now.nanoseconds / 1_000_000_000, at: time.now,
      last: venue.lastReplayed)
    let node = try OrderNode(
      frames: link, network: Self.makeNetwork(in: memory), venue: venue, journal: self.journal,
      timeOfDay: timeOfDay, in: &memory.arena)
    orderNode = try Resident(node, in: &memory.arena)
    reactor = try Reactor(core: core, in: &memory.arena)
    link.onInterrupt = { [wires] in wires.raise(source: Self.networkSource) }
    connect()
  }

  private static func makeNetwork(in memory: TestArena) throws -> NetworkStack {
    let node = OuchHost.node
    let configuration = NetworkConfiguration(
      hardware: MACAddress(
        node.station[0], node.station[1], node.station[2], node.station[3], node.station[4], node.station[5]),
      address: IPv4Address(node.address[0], node.address[1], node.address[2], node.address[3]),
      prefixBitCount: 24, gateway: IPv4Address(10, 0, 2, 2))
    return try NetworkStack(configuration!, in: &memory.arena)
  }

  private func connect() {
    let network = spawn("network", level: 1) { [orderNode] context in
      orderNode.use { $0.pollNetwork(&context) }
    }
    let journal = spawn("journal", level: 0) { [orderNode] context in
      orderNode.use { $0.pollJournal(&context, networkTask: network) }
    }
    reactor.connect(source: Self.diskSource, priority: 0, to: journal)
    reactor.connect(source: Self.networkSource, priority: 1, to: network)
  }

  private func spawn(
    _ name: StaticString, level: UInt8, _ work: @escaping (inout CoreContext) -> TaskStatus
  ) -> TaskID {
    let task = reactor.spawn(SimulatedTask(work: work), name, TaskAttributes(level: level)).id()
    guard let task else { preconditionFailure("no room for the node's tasks") }
    return task
  }

  // MARK: - Time

  /// One turn of the reactor. True when it went to sleep.
  @discardableResult
  public func turn() -> Bool {
    let halts = wires.halts
    reactor.readClock()
    reactor.turn()
    return wires.halts != halts && wires.pending == 0
  }

  /// Takes turns, and lets time pass when it sleeps.
  public func run(until end: Instant) {
    while time.now < end {
      if turn() {
        time.advance(to: min(end, time.nextEvent, wires.armed))
      } else {
        time.advance(to: min(end, time.now + .microseconds(2)))
      }
      wires.raiseTimerIfDue(source: Self.timerSource)
    }
  }

  public func run(for duration: Timing.Duration) { run(until: time.now + duration) }

  /// Takes turns, without time going on, until it sleeps.
  public func runUntilAsleep() {
    for _ in 0..<1000 where turn() { return }
    preconditionFailure("the node does not go to sleep")
  }

  /// What messages applied now are stamped with.
  public var timestamp: UInt64 { timeOfDay.nanosecondsSinceMidnight(at: time.now) }

  // MARK: - The network

  /// Delivers frames, and gives back what is sent in answer before time goes on.
  public func exchange(_ frames: [UInt8]...) -> [[UInt8]] {
    for frame in frames { link.deliver(frame) }
    runUntilAsleep()
    return link.takeSent()
  }
}

extension SimulatedNode where Inner == NoJournal {
  /// A node without a journal.
  public convenience init(
    link: FakeLink? = nil, time: VirtualTime = VirtualTime(), size: NodeSize = NodeSize()
  ) throws {
    let memory = size.makeMemory()
    try self.init(
      link: link ?? FakeLink(), venue: size.makeVenue(in: memory), journal: NoJournal(), time: time,
      size: size, memory: memory)
  }
}
