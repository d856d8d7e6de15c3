import Buffers
import Exchange
import Machine
import Queues
import Reactors
import Timing
import Virtio
import VirtioTransports

/// The duty of each core, while it is put together at boot.
struct PlacedDuties: ~Copyable {
  private var duties: Table<CoreDuty?>
  private let placement: Placement
  private let options: NodeOptions

  init(_ placement: Placement, _ options: NodeOptions, _ crew: inout CoreCrew) {
    self.placement = placement
    self.options = options
    do throws(ArenaError) {
      duties = try Table(count: CoreSet.limit, in: &crew.arena) { _ in nil }
    } catch {
      stopForMemory()
    }
    for number in 1..<CoreSet.limit where placement.usedCores.contains(number) {
      let memory = crew.takeMemory(byteCount: CoreDuty.arenaByteCount, forCore: number)
      duties[number] = CoreDuty(arena: memory, options: options, policy: policy(of: number))
    }
  }

  /// Without the journal's core nothing works, and nobody hears of the one that watches all others. What hangs is reported
  /// to that one.
  private func policy(of number: Int) -> WatchdogPolicy {
    if number == placement.journalCore && options.durability == .journal || number == placement.timersCore {
      return .panic
    }
    return .report(source: InterruptSource.timers, onCore: placement.timersCore)
  }

  /// The cores that are watched from outside: all with a duty but the one that watches.
  private var watched: UInt16 {
    var watched = placement.usedCores
    if options.watchdogMilliseconds == 0 { watched = CoreSet() }
    return watched.mask & ~(1 << UInt16(placement.timersCore))
  }

  mutating func takeReceivers(_ network: inout SpreadNetwork, _ crew: inout CoreCrew) {
    for receiver in 1..<max(1, min(placement.ioCores.count, network.frames.pairCount)) {
      let number = placement.ioCores.core(at: receiver)
      duties[number]!.networkControl = network.control(ofReceiver: receiver)
      let receiver = network.makeReceiver(
        receiver, onProcessor: Processors.identifier(ofCore: number), in: &crew.arena)
      duties[number]!.tasks.receiver = place(receiver, in: &duties[number]!.arena)
    }
  }

  /// Makes the timers, for their core, and what they say for the sessions core.
  mutating func takeTimers(_ start: inout NodeStart, _ crew: inout CoreCrew) {
    do throws(QueueError) {
      let ends = try VecLink<TimersNotice, HardwareWord>(
        QueueProperties(
          capacity: 64, waiting: .wake(hook(InterruptSource.notices, placement.sessionsCore))),
        in: &crew.arena
      ).link()
      let watchPeriod = Duration.milliseconds(UInt64(options.watchdogMilliseconds))
      let timers = TimersService(
        watching: watched, watchPeriod: watched == 0 ? nil : watchPeriod,
        tickPeriod: .milliseconds(UInt64(options.balancePeriodMilliseconds)),
        try takeTickRequests(&start, &crew), ends.producer)
      start.notices = .some(ends.consumer)
      if placement.timersCore == placement.sessionsCore {
        start.timers = place(timers, in: &crew.arena)
      } else {
        duties[placement.timersCore]!.tasks.timers = place(timers, in: &duties[placement.timersCore]!.arena)
      }
    } catch {
      stopForMemory()
    }
  }

  /// Where the sessions core asks for ticks; nothing when nothing is balanced.
  private func takeTickRequests(
    _ start: inout NodeStart, _ crew: inout CoreCrew
  ) throws(QueueError) -> VecLinkConsumer<TickRequest, HardwareWord>? {
    guard options.balancePeriodMilliseconds > 0 else { return nil }
    let requests = try VecLink<TickRequest, HardwareWord>(
      QueueProperties(capacity: 2, waiting: .wake(hook(InterruptSource.timers, placement.timersCore))),
      in: &crew.arena
    ).link()
    start.tickRequests = .some(requests.producer)
    return requests.consumer
  }

  mutating func takeShards(_ venue: inout OrderVenue<SpreadEngine>) {
    for index in 0..<placement.orderCores.count {
      let number = placement.orderCores.core(at: index)
      duties[number]!.tasks.shard = place(venue.takeShard(index), in: &duties[number]!.arena)
    }
  }

  mutating func setJournal(_ service: consuming JournalService<DiskPort>, _ diskControl: InterruptControl) {
    duties[placement.journalCore]!.tasks.journal = place(service, in: &duties[placement.journalCore]!.arena)
    duties[placement.journalCore]!.diskControl = diskControl
  }

  /// Gives every core its duty.
  mutating func give(_ crew: inout CoreCrew) {
    for number in 1..<duties.count {
      if let duty = duties[number].take() { crew.give(duty, to: number) }
    }
  }
}

/// Puts a value where a core's tasks find it.
func place<Value: ~Copyable>(_ value: consuming Value, in arena: inout Arena) -> Resident<Value> {
  do throws(ArenaError) {
    return try Resident(value, in: &arena)
  } catch {
    stopForMemory()
  }
}
