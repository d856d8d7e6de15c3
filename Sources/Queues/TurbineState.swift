import Buffers

/// What all ends of a turbine hold.
///
/// A cursor is the sequence number of the message that a consumer reads next. Whoever depends on it reads only what is
/// before it, and nobody writes a place that a cursor has not passed.
struct TurbineState<Message: ~Copyable, Word: SharedWord & ~Copyable>: Sendable {
  /// The next sequence number to publish, when there is one producer; to claim, when there are many.
  static var next: Int { 0 }
  /// Producers left.
  static var producers: Int { 1 }
  /// Consumers left, a bit each.
  static var consumers: Int { 2 }
  /// Ends left, of both kinds.
  static var ends: Int { 3 }

  let slots: Slots<Message, Word>
  let words: SharedWords<4, Word>
  let cursors: TurbineWords<Word>
  /// Not zero when the consumer of that number asks to be woken.
  let sleepers: TurbineWords<Word>
  let rules: Slots<TurbineRule, Word>
  /// Of each place, what was published there last; only when there are many producers.
  let publications: TurbinePublications<Word>?
  let properties: QueueProperties
  /// All consumers of the plan; those nobody depends on; those with a wake hook.
  let everyone: UInt64
  let last: UInt64
  let hooked: UInt64

  init(
    _ properties: QueueProperties, _ plan: TurbinePlan, producerCount: Int, isShared: Bool,
    in arena: inout Arena, make: (_ index: Int) -> Message
  ) throws(ArenaError) {
    let count = plan.consumerCount
    let first = properties.firstSequence
    slots = try Slots(capacity: properties.capacity, in: &arena)
    words = try SharedWords(repeating: first, in: &arena)
    cursors = try TurbineWords(count: count, repeating: first, isSpaced: true, in: &arena)
    sleepers = try TurbineWords(count: count, repeating: 0, isSpaced: true, in: &arena)
    rules = try Slots(capacity: count, in: &arena)
    publications =
      isShared
      ? try TurbinePublications(placeCount: slots.placeCount, firstSequence: first, in: &arena) : nil
    self.properties = properties
    everyone = ~0 >> UInt64(64 - count)
    var (behind, hooked): (UInt64, UInt64) = (0, 0)
    for index in 0..<count {
      var rule = plan.rule(of: index)
      rule.waiting = rule.waiting ?? properties.waiting
      if rule.waiting?.hasHook == true { hooked |= 1 << UInt64(index) }
      behind |= rule.direct
      rules.put(rule, at: UInt64(index))
    }
    last = everyone & ~behind
    self.hooked = hooked
    words[Self.producers].store(UInt64(producerCount))
    words[Self.consumers].store(everyone)
    words[Self.ends].store(UInt64(producerCount + count))
    for index in 0..<slots.placeCount { slots.put(make(index), at: UInt64(index)) }
  }

  /// The place of the slowest consumer left; nothing when none is left.
  ///
  /// - Parameter known: a place that it was at, or further.
  func slowest(from known: UInt64) -> UInt64? {
    let alive = words[Self.consumers].loadAcquiring()
    guard alive != 0 else { return nil }
    var least = UInt64.max
    var indices = BitIndices(alive == everyone ? last : last(among: alive))
    while let index = indices.next() {
      least = min(least, cursors[index].loadAcquiring() &- known)
    }
    return known &+ least
  }

  private func last(among alive: UInt64) -> UInt64 {
    var behind: UInt64 = 0
    var indices = BitIndices(alive)
    while let index = indices.next() { behind |= rules[UInt64(index)].ahead }
    return alive & ~behind
  }
}
