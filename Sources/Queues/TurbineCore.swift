import Buffers

/// What all ends of a turbine share.
///
/// A cursor is the sequence number of the message that a consumer reads next. Whoever depends on it reads only what is
/// before it, and nobody writes a place that a cursor has not passed.
struct TurbineCore<Message: ~Copyable, Word: SharedWord & ~Copyable> {
  let slots: Slots<Message, Word>
  let words: TurbineWords<Word>
  let cursors: TurbineWords<Word>
  /// Not zero when the consumer of that number asks to be woken.
  let sleepers: TurbineWords<Word>
  let rules: Slots<TurbineRule, Word>
  /// Of each place, what was published there last; only when there are many producers.
  let publications: TurbinePublications<Word>?
  /// Of each producer, what it has seen and told of the fill: here, so that what is rarely used does not weigh on the
  /// producers themselves.
  let gauges: Slots<PressureGauge, Word>
  let properties: QueueProperties
  /// All consumers of the plan; those nobody depends on; those with a wake hook.
  let everyone: UInt64
  let last: UInt64
  let hooked: UInt64

  /// Carves what is shared, and makes no messages. Context: boot.
  init(
    _ properties: QueueProperties, _ plan: TurbinePlan, producerCount: Int, isShared: Bool,
    in arena: inout Arena
  ) throws(ArenaError) {
    let (count, first) = (plan.consumerCount, properties.firstSequence)
    slots = try Slots(capacity: properties.capacity, in: &arena)
    words = try TurbineWords(count: 4, repeating: first, isSpaced: true, in: &arena)
    cursors = try TurbineWords(count: count, repeating: first, isSpaced: true, in: &arena)
    sleepers = try TurbineWords(count: count, repeating: 0, isSpaced: true, in: &arena)
    rules = try Slots(capacity: count, in: &arena)
    publications =
      isShared
      ? try TurbinePublications(placeCount: slots.placeCount, firstSequence: first, in: &arena) : nil
    gauges = try Slots(capacity: producerCount, in: &arena)
    for index in 0..<producerCount { gauges.put(PressureGauge(properties.watermarks), at: UInt64(index)) }
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
  }
}
