import Buffers
import Exchange
import Machine
import Networking
import Reactors
import Timing
import Tracing
import VirtioTransports
import Virtio
import Wire

/// Puts the node on its core's reactor and takes turns for ever.
func run<Journal: InputJournal & ~Copyable>(
  _ core: consuming Core, _ log: BootLog, _ frames: consuming NetworkPort, _ venue: consuming OrderVenue,
  _ journal: consuming Journal, _ options: NodeOptions, recordCount: UInt64?, port: SerialPort,
  arena: inout Arena
) {
  let timeOfDay = TimeOfDay(log.wallClock(), at: core.now, last: venue.lastReplayed)
  let liveOrderCount = UInt64(venue.liveOrderCount)
  do throws(ArenaError) {
    let network = try makeNetwork(options, hardwareAddress: frames.hardwareAddress, in: &arena)
    let node = try OrderNode(
      frames: frames, network: network, venue: venue, journal: journal,
      timeOfDay: timeOfDay, in: &arena)
    var tasks = NodeTasks(node: node, console: try ConsoleTask(port: port, in: &arena))
    var reactor = try Reactor(core: core, traceCapacity: NodeLimits.traceCapacity, in: &arena)
    reactor.core.publish(reactor.record.trace)
    connect(&reactor)
    log.line("sluice: order node up")
    sayReady(options, recordCount: recordCount, liveOrderCount: liveOrderCount)
    while true { reactor.turn(&tasks) }
  } catch {
    stopForMemory()
  }
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

/// Which interrupt wakes which task, and who starts ready.
private func connect(_ reactor: inout Reactor<Core>) {
  for task in 0...NodeTask.console { reactor.register(task: task, priority: NodeTask.priority(task)) }
  reactor.connect(source: InterruptSource.timer, priority: 0, to: nil)
  reactor.connect(source: InterruptSource.disk, priority: 0, to: NodeTask.journal)
  reactor.connect(source: InterruptSource.network, priority: 1, to: NodeTask.network)
  reactor.connect(source: InterruptSource.configuration, priority: 2, to: NodeTask.configuration)
  reactor.connect(source: InterruptSource.serial, priority: 3, to: NodeTask.console)
  InputOutputAPIC.route(line: SerialPort.interruptLine, to: InterruptSource.serial)
  for task in 0...NodeTask.console { reactor.wake(task: task) }
}
