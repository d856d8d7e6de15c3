import Buffers
import Timing

/// Where buckets may go: two cores, since a slow one that is idle can be right for small buckets, and wrong for large.
struct Receivers: BitwiseCopyable {
  var ofSmall: Int
  var ofLarge: Int
}

/// Who gives, who receives, and what.
extension Balancer {
  /// The cores that would carry least with an average bucket, and with half of an average core's messages, in addition.
  func findReceivers() -> Receivers {
    var sum: UInt64 = 0
    for bucket in 0..<messages.count { sum &+= messages[bucket] }
    return Receivers(
      ofSmall: findReceiver(of: sum / UInt64(messages.count)),
      ofLarge: findReceiver(of: sum / UInt64(cores.count) / 2))
  }

  private func findReceiver(of messages: UInt64) -> Int {
    var receiver = 0
    var least = UInt64.max
    for core in 0..<cores.count where core != avoidedCore {
      let load = cores[core].load &+ cores[core].load(ofMessages: messages)
      if load < least {
        receiver = core
        least = load
      }
    }
    return receiver
  }

  /// Counts for how long each core has been overloaded: it carries too much beside what it must.
  mutating func markOverloaded(_ receivers: Receivers) {
    let mean = meanLoad
    let leastBusy = settings.period.nanoseconds / 100 &* settings.leastBusyPercent
    for core in 0..<cores.count {
      let load = cores[core].load
      let due = max(mean, immovableLoad(core, receivers))
      let wasOverloaded = cores[core].overloadedPeriods >= settings.lastingPeriods
      let percent = wasOverloaded ? settings.relievedPercent : settings.overloadPercent
      let isOverloaded = load > leastBusy && load &* 100 > due &* percent
      cores[core].overloadedPeriods = isOverloaded ? cores[core].overloadedPeriods.incrementedToMax : 0
    }
  }

  /// The bucket whose move relieves the most loaded core of those that have been overloaded for long enough the most.
  mutating func choose(
    _ map: borrowing BucketMap, _ receivers: Receivers, canTake: (_ bucket: Int, _ core: Int) -> Bool
  ) -> BucketMove? {
    var best: (move: BucketMove, load: UInt64, gain: UInt64)?
    var refusing: Int?
    for bucket in 0..<messages.count {
      let giver = map.owner(of: bucket)
      guard cores[giver].overloadedPeriods >= settings.lastingPeriods else { continue }
      let load = cores[giver].load
      let (receiver, gain) = bestReceiver(bucket, from: giver, receivers)
      guard gain > 0 else { continue }
      if let best, load < best.load || (load == best.load && gain <= best.gain) { continue }
      guard canTake(bucket, receiver) else {
        refusing = receiver
        continue
      }
      best = (BucketMove(bucket: bucket, from: giver, to: receiver), load, gain)
    }
    avoidedCore = best == nil ? refusing : nil
    return best?.move
  }

  private func bestReceiver(
    _ bucket: Int, from giver: Int, _ receivers: Receivers
  ) -> (receiver: Int, gain: UInt64) {
    let small = gain(bucket, from: giver, to: receivers.ofSmall)
    let large = gain(bucket, from: giver, to: receivers.ofLarge)
    return small >= large ? (receivers.ofSmall, small) : (receivers.ofLarge, large)
  }

  /// By how much the more loaded of two cores is relieved when the bucket moves; 0 when that does not clearly help: the
  /// receiver must stay below what the giver was by a quarter of the bucket, and a thousandth is not worth a move.
  private func gain(_ bucket: Int, from giver: Int, to receiver: Int) -> UInt64 {
    guard giver != receiver else { return 0 }
    let taken = cores[giver].load(ofMessages: messages[bucket])
    let added = cores[receiver].load &+ cores[receiver].load(ofMessages: messages[bucket])
    guard taken > cores[giver].load / 1024, added &+ taken / 4 <= cores[giver].load else { return 0 }
    return min(taken, cores[giver].load &- added)
  }

  /// The load of the core's largest bucket when that cannot go elsewhere with a gain: less than that it cannot carry.
  private func immovableLoad(_ core: Int, _ receivers: Receivers) -> UInt64 {
    bestReceiver(cores[core].largestBucket, from: core, receivers).gain == 0 ? cores[core].largestLoad : 0
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
