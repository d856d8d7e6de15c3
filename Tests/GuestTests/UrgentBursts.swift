import Buffers
import Machine
import Scheduling
import Timing

/// Random bursts of interrupts this core sends itself, urgent and deferred, against a model of the order.
enum UrgentBursts {
  private static let seed: UInt64 = 0x9E37_79B9_7F4A_7C15
  /// Deferred sources that take part: 8 to 39.
  private static let deferred: UInt64 = 0xFF_FFFF_FF00

  static func run(
    _ core: inout Core, _ log: Ceiling<UrgentLog>, _ report: inout TestReport, count: Int = 10_000,
    slots: UInt32 = UrgentTests.unlimited, in arena: inout Arena
  ) {
    guard var queue = try? InterruptQueue(in: &arena) else {
      return report.expect(false, "the arena is too small")
    }
    var random = Random(state: seed)
    var served: UInt64 = 0
    var wrong: UInt64 = 0
    var noticed: UInt64 = 0
    for _ in 0..<count {
      let burst = UInt32(truncatingIfNeeded: random.next()) & slots
      let sources = random.next() & random.next() & random.next() & deferred
      let script = randomScript(&random, slots)
      send(burst, sources, script, log)
      var model = UrgentModel()
      model.run(burst: burst, script: script)
      var control = UrgentModel(isWrong: true)
      control.run(burst: burst, script: script)
      if !wait(for: model.log.count, sources, core, log) { wrong += 1 }
      if !log.withState({ $0.isEqual(to: model.log) }) { wrong += 1 }
      if !log.withState({ $0.isEqual(to: control.log) }) { noticed += 1 }
      wrong += serveDeferred(sources, &queue, &core, &random)
      served += UInt64(model.log.count / 2 + sources.nonzeroBitCount)
    }
    let missed = log.withState { $0.missed }
    report.note("interrupts of all bursts, from seed 0x9E3779B97F4A7C15", served)
    report.expect(wrong == 0, "bursts that were not served as they should be", wrong)
    report.expect(missed == 0, "interrupts that did not come in between", missed)
    report.expect(noticed > UInt64(count) / 2, "a wrong order was not noticed", noticed)
  }

  /// A third of the slots interrupts up to two others when it runs first.
  private static func randomScript(
    _ random: inout Random, _ slots: UInt32
  ) -> InlineArray<16, InlineArray<2, Int>> {
    var script: InlineArray<16, InlineArray<2, Int>> = InlineArray(repeating: InlineArray(repeating: -1))
    for slot in 0..<16 where random.next(below: 3) == 0 {
      for number in 0..<UrgentLog.sendCount {
        let target = random.next(below: 16)
        if slots >> UInt32(target) & 1 != 0 { script[slot][number] = target }
      }
    }
    return script
  }

  /// All of a burst wait when it begins: they are sent inside a section of the highest ceiling.
  private static func send(
    _ burst: UInt32, _ sources: UInt64, _ script: InlineArray<16, InlineArray<2, Int>>,
    _ log: Ceiling<UrgentLog>
  ) {
    log.withState { log in
      log.reset()
      log.script = script
      var urgent = burst
      while urgent != 0 {
        LocalAPIC.raise(UrgentTests.slot(urgent.trailingZeroBitCount))
        urgent &= urgent - 1
      }
      var left = sources
      while left != 0 {
        LocalAPIC.raise(source: left.trailingZeroBitCount)
        left &= left - 1
      }
    }
  }

  private static func wait(
    for count: Int, _ sources: UInt64, _ core: borrowing Core, _ log: Ceiling<UrgentLog>
  ) -> Bool {
    let end = core.now + .seconds(1)
    while core.now < end {
      if log.withState({ $0.count }) >= count && core.pendingSources == sources { return true }
    }
    return false
  }

  /// Takes the marks by priority, a random one for each source; gives how many were out of order or were left.
  private static func serveDeferred(
    _ sources: UInt64, _ queue: inout InterruptQueue, _ core: inout Core, _ random: inout Random
  ) -> UInt64 {
    var priorities: InlineArray<64, Int> = InlineArray(repeating: 0)
    for source in 0..<64 {
      priorities[source] = random.next(below: 8)
      queue.register(source: source, priority: priorities[source])
    }
    var wrong: UInt64 = 0
    var last = 0
    var taken: UInt64 = 0
    var marks = core.pendingSources
    while marks != 0 {
      let source = marks.trailingZeroBitCount
      queue.mark(source, at: core.take(source: source))
      marks &= marks &- 1
    }
    while let source = queue.select(.max) {
      if priorities[source] < last { wrong += 1 }
      last = priorities[source]
      taken |= 1 << UInt64(source)
    }
    return wrong + (taken == sources && core.pendingSources == 0 ? 0 : 1)
  }
}

/// Numbers that are the same in every run (xorshift).
struct Random {
  var state: UInt64

  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state
  }

  mutating func next(below limit: Int) -> Int { Int(next() >> 33) % limit }
}
