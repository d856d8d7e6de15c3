import Buffers
import Exchange
import Machine
import Networking
import Reactors
import Scheduling
import Timing
import Tracing
import VirtioTransports
import Virtio
import Wire

/// Puts the node on its core's reactor and takes turns for ever.
func run<Task: NodeTask>(
  _ core: consuming Core, _ log: BootLog, _ frames: consuming NetworkPort, _ venue: consuming OrderVenue,
  _ journal: consuming Task.Journal, _ options: NodeOptions, recordCount: UInt64?, port: SerialPort,
  arena: inout Arena, makeTask: (Resident<KernelNode<Task.Journal>>, NodeRole) -> Task
) {
  let timeOfDay = TimeOfDay(log.wallClock(), at: core.now, last: venue.lastReplayed)
  let liveOrderCount = UInt64(venue.liveOrderCount)
  do throws(ArenaError) {
    let network = try makeNetwork(options, hardwareAddress: frames.hardwareAddress, in: &arena)
    let order = try OrderNode(
      frames: frames, network: network, venue: venue, journal: journal,
      timeOfDay: timeOfDay, in: &arena)
    let console = try ConsoleTask(port: port, in: &arena)
    let node = try Resident(KernelNode(order: order, console: console), in: &arena)
    log.line("sluice: order node up")
    let limits = NodeLimits.reactor
    switch options.scheduler {
    case .levels:
      let reactor = try Reactor<Core, PriorityLevels>(core: core, limits: limits, in: &arena)
      serve(reactor, node, options, recordCount, liveOrderCount, makeTask)
    case .roundRobin:
      let reactor = try Reactor<Core, RoundRobin>(core: core, limits: limits, in: &arena)
      serve(reactor, node, options, recordCount, liveOrderCount, makeTask)
    case .deadline:
      let reactor = try Reactor<Core, DeadlineTree>(core: core, limits: limits, in: &arena)
      serve(reactor, node, options, recordCount, liveOrderCount, makeTask)
    case .fair:
      let reactor = try Reactor<Core, WeightedFair>(core: core, limits: limits, in: &arena)
      serve(reactor, node, options, recordCount, liveOrderCount, makeTask)
    }
  } catch {
    stopForMemory()
  }
}

/// Takes turns for ever, with the discipline that was chosen.
private func serve<Task: NodeTask, Tasks: TaskDiscipline & ~Copyable>(
  _ reactor: consuming Reactor<Core, Tasks>, _ node: Resident<KernelNode<Task.Journal>>,
  _ options: NodeOptions,
  _ recordCount: UInt64?, _ liveOrderCount: UInt64,
  _ makeTask: (Resident<KernelNode<Task.Journal>>, NodeRole) -> Task
) {
  var reactor = reactor
  start(&reactor, node, makeTask)
  publish(&reactor)
  if options.watchdogMilliseconds > 0 {
    reactor.core.startWatchdog(period: .milliseconds(UInt64(options.watchdogMilliseconds)))
  }
  sayReady(options, recordCount: recordCount, liveOrderCount: liveOrderCount)
  reactor.run()
}

/// Lets panics, the watchdog and debuggers see what the core does.
private func publish<Tasks: TaskDiscipline & ~Copyable>(_ reactor: inout Reactor<Core, Tasks>) {
  reactor.core.publish(reactor.context.record.trace)
  reactor.context.publish { running, names in reactor.core.publish(running, names: names) }
}

/// The one line that tools wait for; it never changes its form.
private func sayReady(_ options: NodeOptions, recordCount: UInt64?, liveOrderCount: UInt64) {
  var console = Console()
  console.write("sluice: ready udp ")
  console.write(address: options.address)
  console.write(":26400 journal ")
  if let recordCount { console.write(recordCount) } else { console.write("none") }
  console.write(" orders ")
  console.write(liveOrderCount)
  console.newLine()
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
private func start<Task: NodeTask, Tasks: TaskDiscipline & ~Copyable>(
  _ reactor: inout Reactor<Core, Tasks>, _ node: Resident<KernelNode<Task.Journal>>,
  _ makeTask: (Resident<KernelNode<Task.Journal>>, NodeRole) -> Task
) {
  reactor.connect(source: InterruptSource.timer, priority: 0, to: nil)
  for index in 0..<NodeRole.count {
    guard let role = NodeRole(rawValue: index) else { continue }
    let task = spawn(makeTask(node, role), role, in: &reactor.context)
    node.use { $0.assign(task, to: role) }
    reactor.connect(source: role.source, priority: role.rawValue, to: task, limit: role.limit)
  }
  InputOutputAPIC.route(line: SerialPort.interruptLine, to: InterruptSource.serial)
  reactor.core.setMaskOf(source: InterruptSource.serial, .line(SerialPort.interruptLine))
}

private func spawn<Task: NodeTask>(_ task: Task, _ role: NodeRole, in context: inout CoreContext) -> TaskID {
  guard let task = context.spawn(task, role.name, role.attributes).id() else { stopForMemory() }
  return task
}
