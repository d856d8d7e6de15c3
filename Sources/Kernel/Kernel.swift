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
  let port = SerialPort()
  // SAFETY: the loader's own value, read before the boot map is replaced.
  guard let startInfo = unsafe StartInfo(address: startInfoAddress) else {
    BootLog.stop("the loader gave no PVH start info: boot with QEMU's -kernel")
  }
  var core = Core(timerSource: InterruptSource.timer)
  let log = BootLog(clock: core.clock)
  let options = readOptions(startInfo)
  let processors = Processors.find(startInfo, from: core)
  var arena = takeMemory(startInfo, processors, log)
  let frames = Devices.network(&core, in: &arena)
  log.line("sluice: network device up")
  switch options.durability {
  case .none:
    log.line("sluice: no journal: orders live in memory only (durability=none)")
    let venue = makeVenue(in: &arena)
    run(
      core, log, frames, venue, NoJournal(), options, recordCount: nil, port: port, arena: &arena,
      makeTask: UnjournaledTask.init)
  case .journal:
    runJournaled(core, log, frames, options, port: port, arena: &arena)
  }
}

/// Replays the journal first.
private func runJournaled(
  _ core: consuming Core, _ log: BootLog, _ frames: consuming NetworkPort, _ options: NodeOptions,
  port: SerialPort, arena: inout Arena
) {
  let disk = JournalBoot.disk(&core, in: &arena)
  var pool = JournalBoot.pool(in: &arena)
  var venue = makeVenue(in: &arena)
  let opening = JournalBoot.open(disk, replayingInto: &venue, &pool, &core, log)
  let recordCount = opening.recordCount
  run(
    core, log, frames, venue, opening.finish(), options, recordCount: recordCount, port: port, arena: &arena,
    makeTask: JournaledTask.init)
}

/// Reads the command line; a word that is not followed stops the boot.
private func readOptions(_ startInfo: borrowing StartInfo) -> NodeOptions {
  do throws(NodeOptionsError) {
    return try NodeOptions(commandLine: startInfo.commandLine)
  } catch {
    BootLog.stop { console in
      console.write(describe(error.kind))
      console.write(startInfo.commandLine.extracting(error.word))
      console.write("; known are ip=ADDRESS/PREFIX gw=ADDRESS durability=journal|none ")
      console.write("scheduler=levels|round-robin|deadline|fair watchdog=MILLISECONDS|off (100 to 4000)")
    }
  }
}

private func describe(_ kind: NodeOptionsError.Kind) -> StaticString {
  switch kind {
  case .unknownWord: "unknown word on the command line: "
  case .unreadableAddress: "unreadable address on the command line: "
  case .unreadableNumber: "unreadable number on the command line: "
  }
}

/// Takes the largest piece of memory of the first core's node: all that is ever carved comes from it.
private func takeMemory(
  _ startInfo: borrowing StartInfo, _ processors: FoundProcessors, _ log: BootLog
) -> Arena {
  var memory = MemoryMap(startInfo, processors)
  log.write(processors, memory)
  guard let arena = memory.takeArena(ofNode: processors.node(at: 0)) else {
    BootLog.stop("the loader's memory map has no usable memory above the image")
  }
  let byteCount = arena.remainingByteCount
  log.line { console in
    console.write("sluice: ")
    console.write(UInt64(byteCount) >> 10)
    console.write(" KiB of memory, clock ")
    console.write(log.clock.timestampFrequencyHertz / 1_000_000)
    console.write(Processor.hasInvariantTimestamps ? " MHz" : " MHz corrected by the 8254")
    console.write(LocalAPIC.isX2APIC ? ", x2APIC" : ", xAPIC")
    if Processor.hasTimestampDeadlines { console.write(" with deadlines") }
  }
  return arena
}

/// Makes the empty venue as large as the memory allows.
private func makeVenue(in arena: inout Arena) -> OrderVenue {
  guard let limits = NodeLimits(remainingByteCount: arena.remainingByteCount) else { stopForMemory() }
  do throws(ArenaError) {
    let seed = TimestampCounter.read() &* 0x9E37_79B9_7F4A_7C15
    return try OrderVenue(orders: limits.orders, clients: limits.clients, hashSeed: seed, in: &arena)
  } catch {
    stopForMemory()
  }
}

func stopForMemory() -> Never {
  BootLog.stop("too little memory for the smallest order node: give the machine 8 MiB or more")
}
