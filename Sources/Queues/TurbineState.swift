import Buffers

/// The shared part of a turbine, in the hands of one end.
struct TurbineState<Message: ~Copyable, Word: SharedWord & ~Copyable>: Sendable {
  /// The next sequence number to publish, when there is one producer; to claim, when there are many.
  static var next: Int { 0 }
  /// Producers left.
  static var producers: Int { 1 }
  /// Consumers left, a bit each.
  static var consumers: Int { 2 }
  /// Ends left, of both kinds.
  static var ends: Int { 3 }

  private let core: Fixed<TurbineCore<Message, Word>>

  /// Carves what is shared and makes the messages. Context: boot.
  init(
    _ properties: QueueProperties, _ plan: TurbinePlan, producerCount: Int, isShared: Bool,
    in arena: inout Arena, make: (_ index: Int) -> Message
  ) throws(ArenaError) {
    let core = try TurbineCore<Message, Word>(
      properties, plan, producerCount: producerCount, isShared: isShared, in: &arena)
    core.words[Self.producers].store(UInt64(producerCount))
    core.words[Self.consumers].store(core.everyone)
    core.words[Self.ends].store(UInt64(producerCount + plan.consumerCount))
    self.core = try Fixed(core, in: &arena)
    // Last, so that every message made is dropped some day.
    for index in 0..<core.slots.placeCount { core.slots.put(make(index), at: UInt64(index)) }
  }

  var slots: Slots<Message, Word> { core.value.slots }
  var words: TurbineWords<Word> { core.value.words }
  var cursors: TurbineWords<Word> { core.value.cursors }
  var sleepers: TurbineWords<Word> { core.value.sleepers }
  var rules: Slots<TurbineRule, Word> { core.value.rules }
  var publications: TurbinePublications<Word>? { core.value.publications }
  var gauges: Slots<PressureGauge, Word> { core.value.gauges }
  var properties: QueueProperties { core.value.properties }
  var everyone: UInt64 { core.value.everyone }
  var hooked: UInt64 { core.value.hooked }
  var capacity: Int { core.value.properties.capacity }
  var room: UInt64 { UInt64(truncatingIfNeeded: core.value.properties.capacity) }
  var batch: UInt64 { UInt64(truncatingIfNeeded: core.value.properties.batch) }
}

extension TurbineState where Message: ~Copyable, Word: ~Copyable {
  /// The place of the slowest consumer left; nothing when none is left.
  ///
  /// - Parameter known: a place that it was at, or further.
  func slowest(from known: UInt64) -> UInt64? {
    let alive = words[Self.consumers].loadAcquiring()
    guard alive != 0 else { return nil }
    var least = UInt64.max
    var indices = BitIndices(alive == everyone ? core.value.last : last(among: alive))
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
