import Buffers
import Timing

/// Who gives, who receives, and what.
extension Balancer {
  /// The core that would carry least with an average bucket in addition.
  func findReceiver() -> Int {
    var sum: UInt64 = 0
    for bucket in 0..<messages.count { sum &+= messages[bucket] }
    let usual = sum / UInt64(messages.count)
    var receiver = 0
    var least = UInt64.max
    for core in 0..<cores.count where core != avoidedCore {
      let load = cores[core].load &+ cores[core].load(ofMessages: usual)
      if load < least {
        receiver = core
        least = load
      }
    }
    return receiver
  }

  /// Counts for how long each core has been overloaded: it carries too much beside what it must.
  mutating func markOverloaded(receiver: Int) {
    let mean = meanLoad
    let leastBusy = settings.period.nanoseconds / 100 &* settings.leastBusyPercent
    for core in 0..<cores.count {
      let load = cores[core].load
      let due = max(mean, immovableLoad(core, receiver: receiver))
      let wasOverloaded = cores[core].overloadedPeriods >= settings.lastingPeriods
      let percent = wasOverloaded ? settings.relievedPercent : settings.overloadPercent
      let isOverloaded = load > leastBusy && load &* 100 > due &* percent
      cores[core].overloadedPeriods = isOverloaded ? cores[core].overloadedPeriods.incrementedToMax : 0
    }
  }

  /// The bucket whose move relieves the most loaded core of those that have been overloaded for long enough the most.
  mutating func choose(
    _ map: borrowing BucketMap, receiver: Int, canTake: (_ bucket: Int, _ core: Int) -> Bool
  ) -> BucketMove? {
    var best: (move: BucketMove, load: UInt64, gain: UInt64)?
    var wasRefused = false
    for bucket in 0..<messages.count {
      let giver = map.owner(of: bucket)
      guard cores[giver].overloadedPeriods >= settings.lastingPeriods else { continue }
      let load = cores[giver].load
      let gain = gain(bucket, from: giver, to: receiver)
      guard gain > 0 else { continue }
      if let best, load < best.load || (load == best.load && gain <= best.gain) { continue }
      guard canTake(bucket, receiver) else {
        wasRefused = true
        continue
      }
      best = (BucketMove(bucket: bucket, from: giver, to: receiver), load, gain)
    }
    avoidedCore = best == nil && wasRefused ? receiver : nil
    return best?.move
  }

  /// By how much the more loaded of two cores is relieved when the bucket moves; 0 when that does not clearly help: the
  /// receiver must stay below what the giver was by a quarter of the bucket.
  private func gain(_ bucket: Int, from giver: Int, to receiver: Int) -> UInt64 {
    guard giver != receiver else { return 0 }
    let taken = cores[giver].load(ofMessages: messages[bucket])
    let added = cores[receiver].load &+ cores[receiver].load(ofMessages: messages[bucket])
    guard taken > 0, added &+ taken / 4 <= cores[giver].load else { return 0 }
    return min(taken, cores[giver].load &- added)
  }

  /// The load of the core's largest bucket when that cannot go elsewhere with a gain: less than that it cannot carry.
  private func immovableLoad(_ core: Int, receiver: Int) -> UInt64 {
    gain(cores[core].largestBucket, from: core, to: receiver) == 0 ? cores[core].largestLoad : 0
  }

  private var meanLoad: UInt64 {
    var sum: UInt64 = 0
    for core in 0..<cores.count { sum &+= cores[core].load }
    return sum / UInt64(cores.count)
  }
}

extension UInt32 {
  fileprivate var incrementedToMax: UInt32 { self == .max ? self : self &+ 1 }
}
