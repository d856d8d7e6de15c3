import Buffers
import Exchange
import Machine
import Orders
import Queues
import Reactors
import Scheduling
import Timing
import Tracing
import Virtio
import VirtioTransports

/// Runs the node on several cores: each gets its duty, and this one keeps the sessions.
func runPlaced(
  _ core: consuming Core, _ crew: inout CoreCrew, _ devices: Devices, _ placement: Placement,
  _ options: NodeOptions, _ log: BootLog, _ port: SerialPort
) {
  var duties = PlacedDuties(placement, options, &crew)
  var network = SpreadNetwork(
    devices, receiverCount: placement.ioCores.count, log, in: &crew.arena
  ) { receiver in
    Processors.identifier(ofCore: placement.ioCores.core(at: receiver))
  }
  core.setControl(ofSource: InterruptSource.network, network.control(ofReceiver: 0))
  core.setControl(ofSource: InterruptSource.configuration, network.controlOfConfiguration)
  duties.takeReceivers(&network, &crew)
  log.line("sluice: network device up")
  var start = NodeStart(options: options, placement: placement, log: log, port: port, recordCount: nil)
  duties.takeTimers(&start, &crew)
  var journal = PlacedJournal()
  if placement.isFastDelivery {
    var venue = makeVenue(in: &crew.arena)
    openJournal(&journal, &start, &duties, devices, replayingInto: &venue, &core, &crew)
    duties.give(&crew)
    run(core, start, network.frames, venue, journal, arena: &crew.arena, makeTask: FastTask.init)
  } else {
    var venue = makeSpreadVenue(placement, options, &crew)
    openJournal(&journal, &start, &duties, devices, replayingInto: &venue, &core, &crew)
    duties.takeShards(&venue)
    duties.give(&crew)
    run(core, start, network.frames, venue, journal, arena: &crew.arena, makeTask: SpreadTask.init)
  }
}

/// Replays the journal, which from then on is the journal core's, or this one's.
private func openJournal<Engine: VenueEngine & ~Copyable>(
  _ journal: inout PlacedJournal, _ start: inout NodeStart, _ duties: inout PlacedDuties, _ devices: Devices,
  replayingInto venue: inout OrderVenue<Engine>, _ core: inout Core, _ crew: inout CoreCrew
) {
  guard start.options.durability == .journal else {
    return start.log.line("sluice: no journal: orders live in memory only (durability=none)")
  }
  let writer = start.placement.journalCore
  var pool = JournalBoot.pool(in: &crew.arena)
  let placed = JournalDisk.find(devices, &core, forCore: writer, &pool, in: &crew.arena, start.log)
  let control = placed.control
  let opening = JournalBoot.open(placed.disk, replayingInto: &venue, &pool, &core, start.log)
  start.recordCount = opening.recordCount
  guard writer != start.placement.sessionsCore else {
    journal = PlacedJournal(place(opening.finish(), in: &crew.arena))
    return
  }
  do throws(QueueError) {
    let link = try JournalLink(
      JournalLinkProperties(
        entriesWaiting: .wake(hook(InterruptSource.journal, writer)),
        progressWaiting: .wake(hook(InterruptSource.journal, start.placement.sessionsCore))),
      in: &crew.arena)
    let ends = link.ends(of: opening.finish())
    duties.setJournal(ends.service, control)
    journal = PlacedJournal(place(ends.journal, in: &crew.arena))
  } catch {
    stopForMemory()
  }
}

/// What wakes a consumer on a core.
func hook(_ source: Int, _ core: Int) -> WakeHook {
  LocalAPIC.wakeHook(source: source, onProcessor: Processors.identifier(ofCore: core))
}

/// Makes the venue whose orders are spread over the order cores, each with memory of its own node.
private func makeSpreadVenue(
  _ placement: Placement, _ options: NodeOptions, _ crew: inout CoreCrew
) -> OrderVenue<SpreadEngine> {
  let count = placement.orderCores.count
  var settings = SpreadSettings()
  settings.groupCount = options.bucketCount
  settings.hasPriorities = options.priorities == .cancels
  settings.isBalanced = options.balancePeriodMilliseconds > 0
  if settings.isBalanced {
    settings.balancer.period = .milliseconds(UInt64(options.balancePeriodMilliseconds))
  }
  guard
    let limits = NodeLimits.shardOrders(
      remainingByteCount: crew.arena.remainingByteCount, shardCount: count),
    let rest = NodeLimits(remainingByteCount: crew.arena.remainingByteCount / 2)
  else { stopForMemory() }
  let seed = TimestampCounter.read() &* 0x9E37_79B9_7F4A_7C15
  do throws(ArenaError) {
    var shards = try Table<ConnectedShard?>(count: count, in: &crew.arena) { _ in nil }
    for index in 0..<count {
      let number = placement.orderCores.core(at: index)
      var memory = crew.takeMemory(
        byteCount: limits.byteCount + NodeLimits.linkByteCount, forCore: number)
      let hooks = ShardHooks(
        order: .wake(hook(InterruptSource.orders, number)),
        sessions: .wake(hook(InterruptSource.orders, placement.sessionsCore)))
      shards[index] = try ConnectedShard(
        limits, hashSeed: seed, settings: settings, hooks: hooks, in: &memory)
    }
    let engine = try SpreadEngine(
      settings, shardCount: count, limits: limits, hashSeed: seed, in: &crew.arena
    ) { index in shards[index].take()! }
    return try OrderVenue(engine: engine, clients: rest.clients, in: &crew.arena)
  } catch {
    stopForMemory()
  }
}
