public import Buffers
public import Streams

/// Ready work in turn: whatever is ready is picked once before anything is picked twice.
///
/// Work is ready or not, however often it was woken, and goes behind all that was ready before it. So ready work waits
/// for each other one at most once: for `workCount` - 1 picks. Every operation is O(1). Context: reactor.
public struct RoundRobin: Discipline, ~Copyable {
  /// A number, 0 to `workCount` - 1.
  public typealias Work = Int

  private var ready: ReadyLists

  /// Nothing is ready at first. Context: boot.
  ///
  /// - Parameter workCount: 0 to 2^31 - 1.
  public init(workCount: Int, in arena: inout Arena) throws(ArenaError) {
    ready = try ReadyLists(workCount: workCount, listCount: 1, in: &arena)
  }

  public var workCount: Int { ready.workCount }

  /// Whether nothing is ready.
  @inline(__always) public var isEmpty: Bool { ready.isEmpty(0) }

  /// Makes `work` ready, if it is not.
  @inline(__always)
  public mutating func wake(_ work: Int) {
    guard !ready.isListed(work) else { return }
    ready.append(work, to: 0)
  }

  /// Takes the work that has been ready for longest.
  ///
  /// - Parameter limit: a budget; nothing is picked when it is zero.
  @inline(__always)
  public mutating func select(_ limit: UInt64) -> Int? {
    guard limit > 0, !ready.isEmpty(0) else { return nil }
    return ready.takeFirst(of: 0)
  }
}
