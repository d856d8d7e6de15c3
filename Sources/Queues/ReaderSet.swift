import Buffers

/// The consumers of a queue with one producer: who is there, who sleeps, and whether the producer is there still.
///
/// Consumers are numbered, so that each has its own words. They join on the producer's core and leave on their own.
struct ReaderSet<Word: SharedWord & ~Copyable>: Sendable {
  /// Consumers a queue can have at most: a bit for each.
  static var largestCount: Int { 64 }

  /// A bit for each consumer that is there.
  private static var present: Int { 0 }
  /// Ends that are there, the producer among them.
  private static var ends: Int { 1 }
  /// Not zero when the producer is gone.
  private static var producerless: Int { 2 }

  private let words: SharedWords<3, Word>
  private let sleepers: Sleepers<Word>
  private let waiting: WaitStrategy
  private let limit: Int

  /// A set of at most `limit` consumers, 1 to `largestCount`. Context: boot.
  init(limit: Int, _ waiting: WaitStrategy, in arena: inout Arena) throws(QueueError) {
    guard 1...Self.largestCount ~= limit else { throw .endsOutOfRange(limit) }
    do throws(ArenaError) {
      words = try SharedWords(repeating: 0, in: &arena)
      sleepers = try Sleepers(count: limit, waiting, in: &arena)
    } catch {
      throw QueueError(error)
    }
    words[Self.ends].store(1)
    self.waiting = waiting
    self.limit = limit
  }

  /// The consumers that are there, a bit for each: all that they did before they left is seen.
  @inline(__always)
  var members: UInt64 { words[Self.present].loadAcquiring() }

  @inline(__always)
  var isProducerless: Bool { words[Self.producerless].loadAcquiring() != 0 }

  /// The lowest number that no consumer has; `endsOutOfRange` when all are given.
  func freeIndex() throws(QueueError) -> Int {
    let index = (~members).trailingZeroBitCount
    guard index < limit else { throw .endsOutOfRange(limit + 1) }
    return index
  }

  /// Lets a consumer in under a number that is free, who is woken as `strategy` says, or as all are.
  func join(_ index: Int, _ strategy: WaitStrategy?) {
    sleepers.setStrategy(strategy ?? waiting, of: index)
    _ = words[Self.ends].add(1)
    _ = words[Self.present].add(1 << UInt64(truncatingIfNeeded: index))
  }

  /// Notes that a consumer is gone; true when it was the last end of all.
  func leave(_ index: Int) -> Bool {
    _ = words[Self.present].add(0 &- 1 << UInt64(truncatingIfNeeded: index))
    return words[Self.ends].add(0 &- 1) == 1
  }

  /// Notes that the producer is gone; true when it was the last end of all.
  func producerLeaves() -> Bool {
    words[Self.producerless].storeReleasing(1)
    return words[Self.ends].add(0 &- 1) == 1
  }

  func wakeAll() { sleepers.wake(members) }
  func arm(_ index: Int, _ hasWork: () -> Bool) -> Bool { sleepers.arm(index, hasWork) }
}
