import Buffers
import Scheduling
import TestSupport
import Timing

/// Cores that do exactly what they are told: as many messages of each bucket a period as `rates` says, each for what it
/// costs on its core.
struct BalancedCores: ~Copyable {
  private let memory: TestArena
  var map: BucketMap
  var balancer: Balancer
  /// Messages of each bucket a period.
  var rates: [Int]
  /// What a message costs on each core, in nanoseconds.
  let costs: [UInt64]
  var moves: [BucketMove] = []
  /// Whether a selected move has arrived by the next period.
  var arrives = true
  var canTake: (_ bucket: Int, _ core: Int) -> Bool = { _, _ in true }

  init(rates: [Int], costs: [UInt64], _ settings: BalancerSettings = Self.settings) throws {
    let memory = TestArena(byteCount: 1 << 16)
    let map = try BucketMap(bucketCount: rates.count, coreCount: costs.count, in: &memory.arena)
    let balancer = try Balancer(settings, bucketCount: rates.count, coreCount: costs.count, in: &memory.arena)
    self.memory = memory
    self.map = map
    self.balancer = balancer
    self.rates = rates
    self.costs = costs
  }

  /// Ten microseconds a period, so that a hundred messages of 100 ns fill it.
  static var settings: BalancerSettings {
    BalancerSettings(period: .microseconds(10), lastingPeriods: 3, pausePeriods: 1, averagingShift: 0)
  }

  /// Nanoseconds a period that each core is busy.
  var loads: [UInt64] {
    var loads = costs.map { _ in UInt64(0) }
    for (bucket, rate) in rates.enumerated() {
      loads[map.owner(of: bucket)] += UInt64(rate) * costs[map.owner(of: bucket)]
    }
    return loads
  }

  var owners: [Int] { rates.indices.map { map.owner(of: $0) } }

  /// The move that was selected at the end of each period.
  @discardableResult
  mutating func run(periods: Int) -> [BucketMove?] {
    (0..<periods).map { _ in runPeriod() }
  }

  private mutating func runPeriod() -> BucketMove? {
    for (bucket, rate) in rates.enumerated() {
      for _ in 0..<rate { balancer.count(bucket: bucket) }
    }
    let loads = loads
    let costs = costs
    let move = balancer.select(
      map, work: { CoreWork(busy: .nanoseconds(loads[$0]), messageCount: loads[$0] / costs[$0]) },
      canTake: canTake)
    if let move {
      map.assign(move.bucket, to: move.to)
      moves.append(move)
      if arrives { balancer.finished(move, pause: .microseconds(UInt64(moves.count))) }
    }
    return move
  }
}
