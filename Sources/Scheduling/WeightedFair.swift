public import Buffers
public import Streams

/// Weighted fair sharing: ready work is picked in proportion to its weight, one quantum a pick.
///
/// A quantum takes 1 / weight of virtual time, begins where the quantum picked last has ended, and is picked when it is
/// the first to end, equal ones in order of arrival. Two bounds follow. Work of weight w that is woken again whenever it
/// was picked has had, of the first n picks, at least floor(n * w / W), W being the sum of all weights: it is never a
/// whole quantum behind its share. And work that becomes ready at any time waits, for each other one of weight v, for
/// at most floor(v / w) + 1 picks. Work that was not ready has saved up nothing. O(log n). Context: reactor.
public struct WeightedFair: Discipline, ~Copyable {
  /// A number, 0 to `workCount` - 1.
  public typealias Work = Int

  /// A weight is 1 to this.
  public static var largestWeight: Int { 1024 }
  /// What virtual time passes in a quantum of weight 1: so much that a weight's rounding is below 2^-38 of its share.
  private static var unit: UInt64 { 1 << 48 }

  private var ready: KeyedHeap<FinishTime>
  /// Virtual time in a quantum of each work.
  private var strides: Table<UInt64>
  /// Where the quantum picked last has ended. It wraps.
  private var virtualTime: UInt64
  private var arrivals: UInt64 = 0

  /// Nothing is ready at first, and all work has weight 1. Context: boot.
  ///
  /// - Parameters:
  ///   - workCount: 0 to 2^31 - 1.
  ///   - firstVirtualTime: where virtual time begins; tests begin next to the wrap.
  public init(
    workCount: Int, firstVirtualTime: UInt64 = 0, in arena: inout Arena
  ) throws(ArenaError) {
    let ready = try KeyedHeap(keyCount: workCount, filler: FinishTime(virtualTime: 0, arrival: 0), in: &arena)
    let strides = try Table(repeating: Self.unit, count: workCount, in: &arena)
    self.ready = ready
    self.strides = strides
    virtualTime = firstVirtualTime
  }

  public var workCount: Int { strides.count }

  /// Gives `work` its weight, 1 to `largestWeight`, from when it is woken next.
  public mutating func register(_ work: Int, weight: Int) {
    precondition(weight >= 1 && weight <= Self.largestWeight, "no such weight")
    strides[work] = Self.unit / UInt64(weight)
  }

  /// Whether nothing is ready.
  @inline(__always) public var isEmpty: Bool { ready.count == 0 }

  /// Makes `work` ready for one quantum, if it is not. Complexity: O(log n).
  public mutating func wake(_ work: Int) {
    guard !ready.contains(work) else { return }
    ready.set(work, rank: FinishTime(virtualTime: virtualTime &+ strides[work], arrival: arrivals))
    arrivals &+= 1
  }

  /// Takes the work whose quantum is the first to end. Complexity: O(log n).
  ///
  /// - Parameter limit: a budget; nothing is picked when it is zero.
  public mutating func select(_ limit: UInt64) -> Int? {
    guard limit > 0, let picked = ready.first else { return nil }
    virtualTime = picked.virtualTime
    return ready.takeFirst()
  }
}

/// When a quantum ends in virtual time, and which of two equal ones came first. Both wrap: what is compared is never
/// further apart than half the range.
private struct FinishTime: Comparable, BitwiseCopyable {
  var virtualTime: UInt64
  var arrival: UInt64

  static func < (left: FinishTime, right: FinishTime) -> Bool {
    if left.virtualTime == right.virtualTime { return left.arrival.isBefore(right.arrival) }
    return left.virtualTime.isBefore(right.virtualTime)
  }
}

extension UInt64 {
  /// Whether this number of a wrapping sequence comes before `other`.
  @inline(__always)
  fileprivate func isBefore(_ other: UInt64) -> Bool { Int64(bitPattern: self &- other) < 0 }
}
