public import Buffers
public import Streams
public import Timing

/// Earliest deadline first: among the work that is ready, the one that must be done soonest, whatever the time is now.
///
/// Work that has the same deadline is picked in order of arrival. A timer structure gives what is due; this gives what
/// is ready, and a deadline is when it has to be done. How long work waits is bounded by its deadline only as long as
/// all of it can be done in time; work without a deadline waits for all that has one. A heap, which is a tree in a
/// table: setting, removing and selecting are O(log n). Context: reactor.
public struct DeadlineTree: Discipline, ~Copyable {
  /// A number, 0 to `workCount` - 1.
  public typealias Work = Int

  private var tree: KeyedHeap<Urgency>
  private var arrivals: UInt64 = 0

  /// Nothing is ready at first. Context: boot.
  ///
  /// - Parameter workCount: 0 to 2^31 - 1.
  public init(workCount: Int, in arena: inout Arena) throws(ArenaError) {
    tree = try KeyedHeap(keyCount: workCount, filler: Urgency(deadline: .never, arrival: 0), in: &arena)
  }

  public var workCount: Int { tree.keyCount }

  /// Work that is ready.
  public var count: Int { tree.count }

  /// The earliest deadline of ready work; nothing when none is ready.
  @inline(__always)
  public var earliestDeadline: Instant? { tree.first?.deadline }

  /// Makes `work` ready, to be done by `deadline`, or by no time when that is `never`. Work that is ready already keeps
  /// its place when the deadline is the one it has, and arrives anew when it is not.
  public mutating func wake(_ work: Int, deadline: Instant) {
    guard tree.rank(of: work)?.deadline != deadline else { return }
    tree.set(work, rank: Urgency(deadline: deadline, arrival: arrivals))
    arrivals &+= 1
  }

  /// Makes `work` not ready.
  public mutating func withdraw(_ work: Int) { tree.remove(work) }

  /// Takes the ready work of the earliest deadline.
  ///
  /// - Parameter limit: the latest deadline that is picked, in nanoseconds since boot: what can wait longer is left.
  ///   `.max` picks whatever is ready, also work without a deadline.
  @inline(__always)
  public mutating func select(_ limit: UInt64) -> Int? {
    guard let urgency = tree.first, urgency.deadline.nanoseconds <= limit else { return nil }
    return tree.takeFirst()
  }
}

/// A deadline, and which of two equal ones came first. Arrivals are counted in 64 bits, which do not wrap in the life
/// of a machine.
private struct Urgency: Comparable, BitwiseCopyable {
  var deadline: Instant
  var arrival: UInt64

  static func < (left: Urgency, right: Urgency) -> Bool {
    left.deadline == right.deadline ? left.arrival < right.arrival : left.deadline < right.deadline
  }
}
