import Buffers
import Exchange
import Machine
import Timing
import Tracing
import VirtioTransports
import Virtio
import Wire

/// Where boot/entry.asm comes to: machine, network, journal, node, and then turns for ever.
@c(kernel_main) public func kernelMain(_ startInfoAddress: UInt) {
  // Before anything is said.
  let port = SerialPort()
  // SAFETY: the loader's own value, read before the boot map is replaced.
  guard let startInfo = unsafe StartInfo(address: startInfoAddress) else {
    BootLog.stop("the loader gave no PVH start info: boot with QEMU's -kernel")
  }
  var core = Core(timerSource: InterruptSource.timer)
  let log = BootLog(clock: core.clock)
  log.check(startInfo)
  let options = readOptions(startInfo.commandLine)
  var machine = CoreCrew(startInfo, &core, log)
  let placement = resolvePlacement(options, coreCount: machine.coreCount, startInfo.commandLine)
  log.line { console in
    console.write("sluice: ")
    placement.write(to: &console)
  }
  let devices = Devices(options)
  if placement == .oneCore {
    runOneCore(core, devices, options, log, port, arena: &machine.arena)
  } else {
    runPlaced(core, &machine, devices, placement, options, log, port)
  }
}

/// Fast delivery: all on this core.
private func runOneCore(
  _ core: consuming Core, _ devices: Devices, _ options: NodeOptions, _ log: BootLog, _ port: SerialPort,
  arena: inout Arena
) {
  let frames = devices.network(&core, in: &arena)
  log.line("sluice: network device up")
  switch options.durability {
  case .none:
    log.line("sluice: no journal: orders live in memory only (durability=none)")
    let venue = makeVenue(in: &arena)
    let start = NodeStart(options: options, placement: .oneCore, log: log, port: port, recordCount: nil)
    run(core, start, frames, venue, NoJournal(), arena: &arena, makeTask: UnjournaledTask.init)
  case .journal:
    var pool = JournalBoot.pool(in: &arena)
    let placed = JournalDisk.find(devices, &core, forCore: 0, &pool, in: &arena, log)
    var venue = makeVenue(in: &arena)
    let opening = JournalBoot.open(placed.disk, replayingInto: &venue, &pool, &core, log)
    let start = NodeStart(
      options: options, placement: .oneCore, log: log, port: port, recordCount: opening.recordCount)
    run(core, start, frames, venue, opening.finish(), arena: &arena, makeTask: JournaledTask.init)
  }
}

/// Makes the empty venue as large as the memory allows.
func makeVenue(in arena: inout Arena) -> LocalVenue {
  guard let limits = NodeLimits(remainingByteCount: arena.remainingByteCount) else { stopForMemory() }
  do throws(ArenaError) {
    let seed = TimestampCounter.read() &* 0x9E37_79B9_7F4A_7C15
    return try LocalVenue(orders: limits.orders, clients: limits.clients, hashSeed: seed, in: &arena)
  } catch {
    stopForMemory()
  }
}

func stopForMemory() -> Never {
  BootLog.stop(
    """
    too little memory for the smallest order node: give the machine 8 MiB or more, and 2 MiB more for each core \
    beyond the second
    """)
}
