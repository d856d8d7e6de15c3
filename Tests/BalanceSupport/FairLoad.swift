/// What the busiest core must carry at least, so far as is known.
///
/// A load is nanoseconds of work for each message that comes in: a bucket's share of the messages times what one costs
/// on its core. `mean` is what each core carries when all carry the same, slow ones by fewer messages. That cannot be
/// reached when one bucket alone is more, or when large buckets do not fit; `attainable` is what the busiest core
/// carries in a placement that knows the true shares and costs: the largest bucket first, each to the core that ends up
/// least loaded.
struct FairLoad {
  let mean: Double
  let attainable: Double

  init(shares: [Double], costs: [UInt64]) {
    mean = shares.reduce(0, +) / costs.reduce(0.0) { $0 + 1 / Double($1) }
    var loads = costs.map { _ in 0.0 }
    for share in shares.sorted(by: >) {
      var least = 0
      for core in 1..<loads.count
      where loads[core] + share * Double(costs[core]) < loads[least] + share * Double(costs[least]) {
        least = core
      }
      loads[least] += share * Double(costs[least])
    }
    attainable = loads.max()!
  }

  /// What the busiest core may carry after settling.
  var limit: Double { 1.15 * max(mean, attainable) }
}
