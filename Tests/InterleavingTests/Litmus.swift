import InterleavingSupport

/// What litmus tests share: a few words, a plain variable, and what each load saw.
final class Litmus {
  let x = ModelWord(0)
  let y = ModelWord(0)
  let z = ModelWord(0)
  var seen: [UInt64]
  private var data: UInt64 = 0

  init(_ count: Int) { seen = Array(repeating: .max, count: count) }

  /// Plain memory, which only one may use at a time.
  var plain: UInt64 {
    get {
      ModelWord.willRead(8)
      return data
    }
    set {
      ModelWord.willWrite(8)
      data = newValue
    }
  }

  /// All that the loads can see together.
  static func outcomes(
    of count: Int, _ threads: [(Litmus) -> Void], reduction: Reduction = .equivalent
  ) -> (outcomes: Set<[UInt64]>, report: ExplorationReport) {
    var outcomes: Set<[UInt64]> = []
    let report = explore(
      words: ["x", "y", "z"], reduction: reduction, setUp: { Litmus(count) }, threads: threads,
      check: { outcomes.insert($0.seen + [$0.x.load(), $0.y.load(), $0.z.load()]) })
    return (Set(outcomes.map { Array($0.prefix(count)) }), report)
  }
}
