import Buffers

/// The consumers of a queue that asked to be woken: a flag and a hook for each.
struct Sleepers<Word: SharedWord & ~Copyable>: Sendable {
  /// Not zero while the consumer of that number asks to be woken.
  private let flags: SharedWordTable<Word>
  /// How each is woken. Written before the consumer is there.
  private let strategies: Slots<WaitStrategy, Word>

  /// For `count` consumers, who all wait as `strategy` says until told otherwise. Context: boot.
  init(count: Int, _ strategy: WaitStrategy, in arena: inout Arena) throws(ArenaError) {
    flags = try SharedWordTable(repeating: 0, count: count, in: &arena)
    strategies = try Slots(capacity: count, in: &arena)
    for index in 0..<count { setStrategy(strategy, of: index) }
  }

  func setStrategy(_ strategy: WaitStrategy, of index: Int) {
    flags[index].store(0)
    strategies.put(strategy, at: UInt64(truncatingIfNeeded: index))
  }

  /// Raises the flag of a consumer, unless `hasWork` finds some after that.
  ///
  /// - Returns: true when there is work, and the flag is down; and always for a consumer without a hook, whom nobody
  ///   would wake.
  func arm(_ index: Int, _ hasWork: () -> Bool) -> Bool {
    guard strategies[UInt64(truncatingIfNeeded: index)].hasHook else { return true }
    flags[index].store(1)
    // The producer publishes, fences, and looks at the flag; one of the two sees the other.
    Word.fence()
    guard hasWork() else { return false }
    flags[index].store(0)
    return true
  }

  /// Calls the hooks of those in `consumers` who asked, one bit each, once for each time they asked. After a
  /// publication. Complexity: O(consumers).
  func wake(_ consumers: UInt64 = 1) {
    // The consumer raises the flag, fences, and looks for messages; one of the two sees the other.
    Word.fence()
    var rest = consumers
    while rest != 0 {
      wakeOne(rest.trailingZeroBitCount)
      rest &= rest &- 1
    }
  }

  /// Whether the only consumer asks to be woken, as of a publication just now.
  @inline(__always)
  var mayHaveAny: Bool {
    Word.fence()
    return flags[0].load() != 0
  }

  private func wakeOne(_ index: Int) {
    guard case .wake(let hook) = strategies[UInt64(truncatingIfNeeded: index)] else { return }
    if flags[index].load() != 0, flags[index].exchange(0) != 0 { hook() }
  }
}
