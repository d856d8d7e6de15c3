public import Buffers
public import Timing

/// Weighted fair sharing: ready tasks are picked in proportion to their weights, one quantum a pick.
///
/// A quantum takes 1 / weight of virtual time, begins where the quantum picked last has ended, and is picked when it is
/// the first to end, equal ones in order of arrival. **Longest wait**: a task of weight w that becomes ready at any
/// time waits, for each other one of weight v, for at most floor(v / w) + 1 picks. And one that is woken again whenever
/// it was picked has had, of the first n picks, at least floor(n * w / W), W being the sum of all weights: it is never
/// a whole quantum behind its share. Who was not ready has saved up nothing. O(log n). Context: reactor.
public struct WeightedFair: TaskDiscipline, ~Copyable {
  /// What virtual time passes in a quantum of weight 1: so much that a weight's rounding is below 2^-38 of its share.
  private static var unit: UInt64 { 1 << 48 }

  private var ready: KeyedHeap<FinishTime>
  /// Virtual time in a quantum of each task.
  private var strides: Table<UInt64>
  /// Where the quantum picked last has ended. It wraps.
  private var virtualTime: UInt64
  private var arrivals: UInt64 = 0

  public init(taskCount: Int, in arena: inout Arena) throws(ArenaError) {
    try self.init(taskCount: taskCount, firstVirtualTime: 0, in: &arena)
  }

  /// - Parameter firstVirtualTime: where virtual time begins; tests begin next to the wrap.
  public init(taskCount: Int, firstVirtualTime: UInt64, in arena: inout Arena) throws(ArenaError) {
    precondition(taskCount >= 0 && taskCount <= 1 << 30, "a discipline has room for 0 to 2^30 tasks")
    let ready = try KeyedHeap(keyCount: taskCount, filler: FinishTime(virtualTime: 0, arrival: 0), in: &arena)
    let strides = try Table(repeating: Self.unit, count: taskCount, in: &arena)
    self.ready = ready
    self.strides = strides
    virtualTime = firstVirtualTime
  }

  public var taskCount: Int { strides.count }

  @inline(__always) public var isEmpty: Bool { ready.count == 0 }

  /// Goes by the weight.
  public mutating func admit(_ task: Int, _ attributes: TaskAttributes) {
    precondition(!ready.contains(task), "the task is ready: it gets its attributes before it is woken")
    precondition(
      attributes.weight >= 1 && attributes.weight <= TaskAttributes.largestWeight, "a weight is 1 to 1,024")
    strides[task] = Self.unit / UInt64(attributes.weight)
  }

  /// Makes `task` ready for one quantum, if it is not. Complexity: O(log n).
  public mutating func wake(_ task: Int, at now: Instant) {
    guard !ready.contains(task) else { return }
    ready.set(task, rank: FinishTime(virtualTime: virtualTime &+ strides[task], arrival: arrivals))
    arrivals &+= 1
  }

  public mutating func withdraw(_ task: Int) { ready.remove(task) }

  /// Takes the task whose quantum is the first to end. Complexity: O(log n).
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
