import TestSupport

/// All of a run that depends on its seed. Times are in nanoseconds.
public struct BalanceScenario: Sendable {
  public let seed: UInt64
  public let coreCount: Int
  /// What it costs to take, apply and answer a message, by core: some are slow.
  var orderCosts: [UInt64]
  let routeCost: UInt64
  let mergeCost: UInt64
  /// To pack or unpack a bucket's state.
  let stateCost: UInt64
  /// From a message's arrival to its first instruction on a core that sleeps.
  let wakeCost: UInt64
  /// Between messages of all clients.
  let interval: UInt64
  /// Of the balancer.
  let period: UInt64
  let symbolCount: Int
  let exponent: Double
  /// Of 256 messages, how many come at random; the others follow the symbols' popularity as evenly as can be.
  let randomShare: UInt64
  let clientCount: Int
  let window: UInt32
  let inboundCapacity: Int
  let completionCapacity: Int
  let hasBursts: Bool
  /// Whether the cores are busy enough for the balancer to care.
  let isHeldToLimit: Bool

  public static let bucketCount = 256

  public init(seed: UInt64) {
    var random = SeededRandom(seed: seed &* 2_654_435_761 &+ 1)
    self.seed = seed
    let kind = Int.random(in: 0..<100, using: &random)
    let coreCount = Int.random(in: kind < 90 ? 2...8 : kind < 99 ? 9...16 : 17...64, using: &random)
    self.coreCount = coreCount
    let usualCost = UInt64.random(in: 300...1500, using: &random)
    let slowShare = [0, 0, 10, 30].randomElement(using: &random)!
    orderCosts = (0..<coreCount).map { _ in
      Int.random(in: 0..<100, using: &random) < slowShare
        ? usualCost * UInt64.random(in: 15...40, using: &random) / 10 : usualCost
    }
    let rate = orderCosts.reduce(0.0) { $0 + 1 / Double($1) } * Double.random(in: 0.5...0.95, using: &random)
    let interval = max(8, UInt64(1 / rate))
    self.interval = interval
    routeCost = max(1, interval * 45 / 100)
    mergeCost = max(1, interval * 30 / 100)
    stateCost = usualCost * UInt64.random(in: 1...40, using: &random)
    wakeCost = UInt64.random(in: 0...usualCost, using: &random)
    period = interval * (coreCount > 16 ? 64 : 32) * UInt64(coreCount)
    symbolCount = Int.random(in: 300...1500, using: &random)
    exponent = [0, 0.5, 0.8, 1, 1.2, 1.5].randomElement(using: &random)!
    randomShare = [0, 32, 64, 128].randomElement(using: &random)!
    window = UInt32([1, 2, 4, 16].randomElement(using: &random)!)
    clientCount = coreCount * Int.random(in: 4...24, using: &random)
    inboundCapacity = [16, 64, 128].randomElement(using: &random)!
    completionCapacity = [32, 128].randomElement(using: &random)!
    hasBursts = Bool.random(using: &random)
    isHeldToLimit = true
  }

  /// All cores alike and more messages than they can take, to see how many get through.
  ///
  /// - Parameters:
  ///   - sessionsCost: what a message costs the sessions core, in any unit of time that the others have as well.
  ///   - orderCost: what it costs its order core.
  ///   - exponent: of Zipf's law, over a thousand symbols.
  public init(coreCount: Int, sessionsCost: UInt64, orderCost: UInt64, exponent: Double) {
    seed = 1
    self.coreCount = coreCount
    self.exponent = exponent
    orderCosts = Array(repeating: orderCost, count: coreCount)
    routeCost = max(1, sessionsCost / 2)
    mergeCost = max(1, sessionsCost - sessionsCost / 2)
    let expected = max(sessionsCost, orderCost / UInt64(coreCount), 2)
    interval = max(1, expected / 4)
    period = expected * 64 * UInt64(coreCount)
    stateCost = orderCost * 8
    wakeCost = 0
    symbolCount = 1000
    randomShare = 64
    clientCount = coreCount * 32
    window = 16
    inboundCapacity = 128
    completionCapacity = 128
    hasBursts = false
    isHeldToLimit = false
  }
}
