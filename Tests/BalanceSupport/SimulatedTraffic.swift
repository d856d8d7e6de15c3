import Foundation
import TestSupport

/// Which symbols are traded how often: Zipf's law over symbols that hash into buckets, drifting, with bursts.
struct SimulatedTraffic {
  private var random: SeededRandom
  private let randomShare: UInt64
  /// The bucket of the symbol of each rank.
  private var bucketOfRank: [Int]
  private let weightOfRank: [Double]
  /// Each bucket's share of the messages; the sum of the shares up to and with it.
  private(set) var shares: [Double] = []
  private var sums: [Double] = []
  /// The first bucket that a draw of so many 1/1024 can be.
  private var guide: [Int] = []
  private var evenDraw = 0.0
  /// A symbol in everybody's mind, and of how many messages out of 256 it is the subject.
  private var burst: (bucket: Int, share: UInt64)?

  init(_ scenario: BalanceScenario) {
    var random = SeededRandom(seed: scenario.seed &+ 77)
    randomShare = scenario.randomShare
    bucketOfRank = (0..<scenario.symbolCount).map { _ in
      Int(random.next() % UInt64(BalanceScenario.bucketCount))
    }
    weightOfRank = (0..<scenario.symbolCount).map { pow(Double($0 + 1), -scenario.exponent) }
    self.random = random
    reckon()
  }

  /// Other symbols become the popular ones.
  mutating func drift() {
    for rank in 0..<min(8, bucketOfRank.count) {
      bucketOfRank.swapAt(rank, Int(random.next() % UInt64(bucketOfRank.count)))
    }
    reckon()
  }

  mutating func startBurst() {
    burst = (Int(random.next() % UInt64(BalanceScenario.bucketCount)), 40 + random.next() % 60)
  }

  mutating func endBurst() { burst = nil }

  /// The bucket of the next message.
  mutating func next() -> Int {
    let bits = random.next()
    if let burst, bits & 255 < burst.share { return burst.bucket }
    if (bits >> 8) & 255 < randomShare { return bucket(at: Double(bits >> 16) * 0x1p-48) }
    evenDraw += 0.618033988749895
    if evenDraw >= 1 { evenDraw -= 1 }
    return bucket(at: evenDraw)
  }

  private func bucket(at draw: Double) -> Int {
    var bucket = guide[Int(draw * 1024)]
    while sums[bucket] <= draw { bucket += 1 }
    return bucket
  }

  private mutating func reckon() {
    shares = Array(repeating: 0, count: BalanceScenario.bucketCount)
    for (rank, bucket) in bucketOfRank.enumerated() { shares[bucket] += weightOfRank[rank] }
    let total = shares.reduce(0, +)
    var sum = 0.0
    sums = shares.indices.map { bucket in
      shares[bucket] /= total
      sum += shares[bucket]
      return sum
    }
    sums[sums.count - 1] = .infinity
    var bucket = 0
    guide = (0..<1024).map { step in
      while sums[bucket] <= Double(step) / 1024 { bucket += 1 }
      return bucket
    }
  }
}
