import Buffers
import Timing

/// What a period has shown: averages of the buckets' messages and of what a message costs on each core.
extension Balancer {
  /// Takes the period's counts into the averages.
  mutating func averageMessages() {
    for bucket in 0..<messages.count {
      messages[bucket] = messages[bucket].averaged(with: takeCount(bucket), settings.averagingShift)
    }
  }

  /// Takes what the cores have done into the averages.
  mutating func averageCosts(_ work: (_ core: Int) -> CoreWork) {
    for core in 0..<cores.count {
      let done = work(core)
      guard done.messageCount > 0 else { continue }
      cores[core].busy = cores[core].busy.averaged(
        with: min(done.busy.nanoseconds, 1 << 40), settings.averagingShift)
      cores[core].messages = cores[core].messages.averaged(
        with: min(done.messageCount, 1 << 40), settings.averagingShift)
    }
  }

  /// Reckons each core's load from the buckets it has now.
  mutating func weigh(_ map: borrowing BucketMap) {
    reckonCosts()
    for core in 0..<cores.count {
      cores[core].load = 0
      cores[core].largestLoad = 0
    }
    for bucket in 0..<messages.count {
      let core = map.owner(of: bucket)
      let load = cores[core].load(ofMessages: messages[bucket])
      cores[core].load &+= load
      if load > cores[core].largestLoad {
        cores[core].largestLoad = load
        cores[core].largestBucket = bucket
      }
    }
  }

  /// A core that has never had a message is taken for one like the others.
  private mutating func reckonCosts() {
    var busy: UInt64 = 0
    var count: UInt64 = 0
    for core in 0..<cores.count {
      busy &+= cores[core].busy
      count &+= cores[core].messages
    }
    let usual = cost(busy: busy, messages: count)
    for core in 0..<cores.count {
      cores[core].cost =
        cores[core].messages == 0 ? usual : cost(busy: cores[core].busy, messages: cores[core].messages)
    }
  }

  private func cost(busy: UInt64, messages: UInt64) -> UInt64 {
    messages == 0 ? 0 : min(busy &* 16 / messages, CoreLoad.highestCost)
  }
}

extension UInt64 {
  /// This average, in 1/256, with one more value in it, which gets the weight 2^-shift.
  @inline(__always)
  fileprivate func averaged(with value: UInt64, _ shift: UInt64) -> UInt64 {
    self &- self &>> shift &+ (value &<< 8) &>> shift
  }
}
