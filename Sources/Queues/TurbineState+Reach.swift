/// What a consumer finds at its cursor.
enum TurbineReach {
  /// So many messages, at least one.
  case messages(UInt64)
  /// A place whose producer left without publishing it: to be passed over.
  case abandoned
  case nothing
}

extension TurbineState where Message: ~Copyable, Word: ~Copyable {
  /// How far a consumer may read.
  ///
  /// - Parameters:
  ///   - position: its cursor, which was loaded before: so whom it saw leave is seen gone here.
  ///   - limit: look no further than so many messages.
  func reach(_ rule: TurbineRule, at position: UInt64, upTo limit: UInt64) -> TurbineReach {
    let ahead = rule.dependencies(among: words[Self.consumers].loadAcquiring())
    var count = limit
    var indices = BitIndices(ahead)
    while let index = indices.next() {
      count = min(count, cursors[index].loadAcquiring() &- position)
    }
    if let publications { return publications.reach(at: position, upTo: count) }
    if ahead == 0 { count = min(count, words[Self.next].loadAcquiring() &- position) }
    return count > 0 ? .messages(count) : .nothing
  }

  /// The word that alone says how far consumer `index` may read, in most cases; its own cursor when no word does.
  func source(of index: Int) -> Fixed<Word> {
    let direct = rules[UInt64(index)].direct
    guard publications == nil, direct & (direct &- 1) == 0 else { return cursors.reference(to: index) }
    return direct == 0 ? words.reference(to: Self.next) : cursors.reference(to: direct.trailingZeroBitCount)
  }

  /// How far consumer `index` may read, at most `limit` further, after it passed over what was abandoned.
  @inline(never)
  func lookAround(
    _ index: Int, at position: UInt64, upTo limit: UInt64
  ) -> (position: UInt64, limit: UInt64) {
    var position = position
    while true {
      switch reach(rules[UInt64(index)], at: position, upTo: limit) {
      case .messages(let count): return (position, position &+ count)
      case .nothing: return (position, position)
      case .abandoned:
        position &+= 1
        cursors[index].storeReleasing(position)
        if hooked != 0 { wakeSleepers() }
      }
    }
  }

  /// Whether the producers are gone and there is nothing behind `position`.
  func isEnd(_ position: UInt64) -> Bool {
    words[Self.producers].loadAcquiring() == 0 && words[Self.next].load() == position
  }

  /// Calls the hooks of those who asked and now have something to do: after a publication, after a cursor moved, after
  /// an end left.
  ///
  /// A sleeper raises its flag, fences, and looks; whoever moves something fences, and looks at the flags. One of the
  /// two sees the other. Of two that a sleeper waits for and that both move, the one that fences last sees it can go.
  @inline(never)
  func wakeSleepers() {
    Word.fence()
    var indices = BitIndices(hooked)
    while let index = indices.next() {
      let rule = rules[UInt64(index)]
      guard sleepers[index].load() != 0, hasWork(rule, at: cursors[index].loadAcquiring()),
        sleepers[index].exchange(0) != 0, case .wake(let hook)? = rule.waiting
      else { continue }
      hook()
    }
  }

  /// Whether anybody that reads after consumer `index` may ask to be woken.
  func hasSleepers(behind index: Int) -> Bool {
    var found = false
    var indices = BitIndices(hooked)
    while let other = indices.next() {
      if rules[UInt64(other)].ahead & 1 << UInt64(index) != 0 { found = true }
    }
    return found
  }

  private func hasWork(_ rule: TurbineRule, at position: UInt64) -> Bool {
    if case .nothing = reach(rule, at: position, upTo: 1) { return isEnd(position) }
    return true
  }
}

extension TurbineState where Message: ~Copyable, Word: ~Copyable {
  /// A consumer is gone: those that waited for it wait for whom it waited for, and the producers do not wait for it.
  func departConsumer(_ index: Int) {
    sleepers[index].store(0)
    // Its bit is set, so taking it away borrows from no other.
    _ = words[Self.consumers].add(0 &- (1 << UInt64(index)))
    if hooked != 0 { wakeSleepers() }
    departEnd()
  }

  func departProducer() {
    _ = words[Self.producers].add(0 &- 1)
    if hooked != 0 { wakeSleepers() }
    departEnd()
  }

  /// The last end drops the messages.
  private func departEnd() {
    guard words[Self.ends].add(0 &- 1) == 1 else { return }
    for index in 0..<slots.placeCount { _ = slots.take(at: UInt64(index)) }
  }
}
