import Buffers
import Exchange
import Machine
import Networking
import Queues
import Reactors
import Scheduling
import Timing
import Tracing
import VirtioTransports
import Virtio
import Wire

/// What the node begins with, beside the memory and the devices of its own.
struct NodeStart: ~Copyable {
  let options: NodeOptions
  let placement: Placement
  let log: BootLog
  let port: SerialPort
  /// Records of the journal; nothing without one.
  var recordCount: UInt64?
  /// What the core with the timers says; nothing on a machine with one core.
  var notices: VecLinkConsumer<TimersNotice, HardwareWord>?
  /// How it asks for ticks of the balancer; nothing when there is none.
  var tickRequests: VecLinkProducer<TickRequest, HardwareWord>?
  /// The timers, when they are the sessions core's.
  var timers: Resident<TimersService>?
}

/// Puts the node on its core's reactor and takes turns for ever.
func run<Task: NodeTask>(
  _ core: consuming Core, _ start: consuming NodeStart, _ frames: consuming Task.Frames,
  _ venue: consuming OrderVenue<Task.Engine>, _ journal: consuming Task.Journal, arena: inout Arena,
  makeTask: (Resident<Task.Node>, NodeRole) -> Task
) {
  let (options, placement, log, timers) = (start.options, start.placement, start.log, start.timers)
  let timeOfDay = TimeOfDay(log.wallClock(), at: core.now, last: venue.lastReplayed)
  let ready = Ready(
    address: options.address, recordCount: start.recordCount, liveOrderCount: UInt64(venue.liveOrderCount))
  do throws(ArenaError) {
    let network = try makeNetwork(options, hardwareAddress: frames.hardwareAddress, in: &arena)
    let order = try OrderNode(
      frames: frames, network: network, venue: venue, journal: journal,
      timeOfDay: timeOfDay, in: &arena)
    let console = try ConsoleTask(port: start.port, in: &arena)
    let node = try Resident(
      KernelNode(
        order: order, console: console, placement, notices: start.notices.take(),
        tickRequests: start.tickRequests.take()), in: &arena)
    log.line("sluice: order node up")
    core.setControl(ofSource: InterruptSource.serial, .line(SerialPort.interruptLine))
    InputOutputAPIC.route(line: SerialPort.interruptLine, to: InterruptSource.serial)
    let plan = ReactorPlan(
      scheduler: options.scheduler, limits: NodeLimits.reactor,
      watchdogMilliseconds: options.watchdogMilliseconds, policy: .panic)
    try runReactor(core, plan, in: &arena) { context in
      let wiring = startTasks(node, timers, in: &context, makeTask)
      ready.say()
      return wiring
    }
  } catch {
    stopForMemory()
  }
}

/// The one line that tools wait for; it never changes its form.
private struct Ready {
  let address: UInt32
  let recordCount: UInt64?
  let liveOrderCount: UInt64

  func say() {
    var console = Console()
    console.write("sluice: ready udp ")
    console.write(address: address)
    console.write(":26400 journal ")
    if let recordCount { console.write(recordCount) } else { console.write("none") }
    console.write(" orders ")
    console.write(liveOrderCount)
    console.newLine()
  }
}

private func makeNetwork(
  _ options: NodeOptions, hardwareAddress: UInt64, in arena: inout Arena
) throws(ArenaError) -> NetworkStack {
  guard
    let configuration = NetworkConfiguration(
      hardware: MACAddress(littleEndianValue: hardwareAddress),
      address: IPv4Address(rawValue: options.address),
      prefixBitCount: options.prefixLength,
      gateway: options.gateway == 0 ? nil : IPv4Address(rawValue: options.gateway))
  else {
    BootLog.stop("ip= and gw= do not fit together: both must be hosts of the same network")
  }
  return try NetworkStack(configuration, in: &arena)
}

/// Spawns the node's tasks, and says which interrupt wakes which.
private func startTasks<Task: NodeTask>(
  _ node: Resident<Task.Node>, _ timers: Resident<TimersService>?, in context: inout CoreContext,
  _ makeTask: (Resident<Task.Node>, NodeRole) -> Task
) -> Wiring {
  var wiring = Wiring()
  for index in 0..<NodeRole.count {
    guard let role = NodeRole(rawValue: index), role != .notices || node.use({ $0.hasNotices }) else {
      continue
    }
    let task = spawn(makeTask(node, role), role.name, role.attributes, in: &context)
    node.use { $0.assign(task, to: role) }
    wiring.connect(source: role.source, priority: role.rawValue, to: task, limit: role.limit)
    if let source = role.linkSource {
      wiring.connect(source: source, priority: role.rawValue, to: task)
    }
  }
  if let timers {
    let task = spawn(TimersTask(timers: timers), "timers", NodeRole.notices.attributes, in: &context)
    wiring.connect(source: InterruptSource.timers, priority: NodeRole.notices.rawValue, to: task)
  }
  return wiring
}
