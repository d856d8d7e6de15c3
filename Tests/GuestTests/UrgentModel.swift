import Machine

/// In which order urgent interrupts are to be served: the highest vector of those above the level that runs, at once.
struct UrgentModel: ~Copyable {
  private(set) var log = UrgentLog()
  private var pending: UInt32 = 0
  /// What the control gets wrong: it serves the lowest of several that wait.
  private let isWrong: Bool

  init(isWrong: Bool = false) { self.isWrong = isWrong }

  /// Serves the slots of `burst`, a bit each, that all wait when the first is served.
  mutating func run(burst: UInt32, script: InlineArray<16, InlineArray<2, Int>>) {
    log.reset()
    log.script = script
    pending = burst
    serve(above: 0)
  }

  private mutating func serve(above level: Int) {
    while let slot = next(above: level) {
      pending &= ~(1 << UInt32(slot))
      let isFirst = log.note(2 * slot)
      for number in 0..<UrgentLog.sendCount where isFirst && log.script[slot][number] >= 0 {
        pending |= 1 << UInt32(log.script[slot][number])
        serve(above: Self.level(slot))
      }
      log.note(2 * slot + 1)
    }
  }

  private func next(above level: Int) -> Int? {
    // Level n begins with slot 4 * (n - 1).
    let candidates = pending & (UInt32.max << UInt32(4 * level))
    guard candidates != 0 else { return nil }
    return isWrong ? candidates.trailingZeroBitCount : 31 - candidates.leadingZeroBitCount
  }

  private static func level(_ slot: Int) -> Int { slot / 4 + 1 }
}
