import Buffers
import Queues
import Scheduling
import TestSupport
import Timing

/// A sessions core that routes and merges, and the order cores, in virtual time: one run, all of it from its scenario.
///
/// Balancer, bucket map, links and their priorities are the real ones; a core is a server that does one thing after the
/// other, each for what it costs.
public final class BalanceSimulation {
  let scenario: BalanceScenario
  let rules: BalanceRules
  private let memory: TestArena
  /// When each core goes on; one that sleeps is not in it. The sessions core is the last.
  var agenda: KeyedHeap<UInt64>
  var cores: Table<SimulatedOrderCore>
  var router: SimulatedRouter
  var map: BucketMap
  var balancer: Balancer
  var traffic: SimulatedTraffic
  var ledger: BalanceLedger
  var course: BalanceCourse
  var random: SeededRandom
  var costs: [UInt64]

  public init(_ scenario: BalanceScenario, _ rules: BalanceRules = .right) throws {
    let coreCount = scenario.coreCount
    let memory = TestArena(byteCount: 1 << 19 + coreCount * (1 << 16))
    let agenda = try KeyedHeap(keyCount: coreCount + 1, filler: UInt64(0), in: &memory.arena)
    let links = TestArena(byteCount: coreCount * 1 << 16)
    let cores = try Table(count: coreCount, in: &memory.arena) { _ in
      try! SimulatedOrderCore(scenario, in: links)
    }
    let map = try BucketMap(coreCount: coreCount, in: &memory.arena)
    let settings = BalancerSettings(
      period: .nanoseconds(scenario.period), lastingPeriods: 4, pausePeriods: 1, averagingShift: 4)
    let balancer = try Balancer(settings, coreCount: coreCount, in: &memory.arena)
    self.scenario = scenario
    self.rules = rules
    self.memory = memory
    self.links = links
    self.agenda = agenda
    self.cores = cores
    self.map = map
    self.balancer = balancer
    router = SimulatedRouter(scenario)
    traffic = SimulatedTraffic(scenario)
    ledger = BalanceLedger(coreCount: coreCount, clientCount: scenario.clientCount)
    course = BalanceCourse(scenario)
    random = SeededRandom(seed: scenario.seed &+ 0xABCD)
    costs = scenario.orderCosts
  }

  /// What the links are carved from; it has to stay.
  private let links: TestArena

  /// Runs to the end, or to the first violation.
  public func run() -> BalanceOutcome {
    agenda.set(scenario.coreCount, rank: 0)
    while ledger.violation == nil, !isOver {
      guard let time = agenda.first else {
        ledger.report(.lost)
        break
      }
      let core = agenda.takeFirst()
      if core == scenario.coreCount { actAsRouter(at: time) } else { act(core, at: time) }
    }
    return BalanceOutcome(
      violation: ledger.violation, messageCount: ledger.answeredCount, moveCount: course.moveCount,
      lateMoveCount: course.watchedBuckets.count, needsExchange: course.needsExchange,
      longestPause: balancer.counters.longestPause.nanoseconds, periodCount: course.periodCount,
      watchedMessageCount: course.watchedMessageCount, watchedTime: course.watchedTime)
  }

  private var isOver: Bool {
    course.phase == .draining && ledger.answeredCount == ledger.sentCount && router.stalled == nil
      && router.move == nil && balancer.moving == nil
  }

  func wake(_ core: Int, at time: UInt64) {
    guard cores[core].sleeps else { return }
    cores[core].sleeps = false
    agenda.set(core, rank: time + scenario.wakeCost)
  }

  func wakeRouter(at time: UInt64) {
    if router.sleeps { agenda.set(scenario.coreCount, rank: time) }
  }
}

/// What a run has come to.
public struct BalanceOutcome: Sendable {
  public let violation: BalanceViolation?
  public let messageCount: Int
  public let moveCount: Int
  /// Moves while the load had been steady for long.
  public let lateMoveCount: Int
  /// Whether the busiest core carries more than the limit, and no single move would relieve it.
  public let needsExchange: Bool
  /// Of the moves' pauses, in nanoseconds.
  public let longestPause: UInt64
  public let periodCount: Int
  /// Messages answered while the load was steady and nothing moved any more, and in how many nanoseconds.
  public let watchedMessageCount: Int
  public let watchedTime: UInt64
}
