import Exchange
import TestSupport
import XCTest

final class PlacementPropertyTests: XCTestCase {
  /// A placement that keeps the rules, on a machine of so many cores.
  private func randomPlacement(_ random: inout SeededRandom, coreCount: Int) -> Placement {
    var (io, orders) = (CoreSet(0), CoreSet())
    for core in 1..<max(2, coreCount) where core < coreCount {
      if Bool.random(using: &random) { io.insert(core) }
      if Bool.random(using: &random) { orders.insert(core) }
    }
    return Placement(
      ioCores: io, orderCores: orders.isEmpty ? CoreSet(0) : orders,
      timersCore: Int.random(in: 0..<coreCount, using: &random),
      journalCore: Int.random(in: 0..<coreCount, using: &random))
  }

  func testWhatIsWrittenIsReadBack() {
    var random = SeededRandom()
    for round in 0..<4_000 {
      let coreCount = Int.random(in: 1...CoreSet.limit, using: &random)
      let placement = randomPlacement(&random, coreCount: coreCount)
      XCTAssertEqual(
        outcome(written(placement), coreCount: coreCount), .placed(placement),
        "SEED=\(random.seed) round \(round): \(written(placement)) on \(coreCount) cores")
    }
  }

  /// The control: with any byte taken out, what is written is another placement or none.
  func testAnythingLeftOutIsNoticed() {
    var random = SeededRandom()
    for round in 0..<2_000 {
      let placement = randomPlacement(&random, coreCount: CoreSet.limit)
      var line = Array(written(placement).utf8)
      line.remove(at: Int.random(in: 0..<line.count, using: &random))
      XCTAssertNotEqual(
        outcome(line, coreCount: CoreSet.limit), .placed(placement),
        "SEED=\(random.seed) round \(round): \(String(decoding: line, as: UTF8.self))")
    }
  }

  /// The order of the roles, and of the cores in them, says nothing.
  func testTheOrderOfRolesAndCoresDoesNotMatter() {
    var random = SeededRandom()
    for round in 0..<1_000 {
      let placement = randomPlacement(&random, coreCount: CoreSet.limit)
      let roles = [
        "io:" + list(placement.ioCores, &random), "orders:" + list(placement.orderCores, &random),
        "timers:\(placement.timersCore)", "journal:\(placement.journalCore)",
      ]
      let word = "cores=" + roles.shuffled(using: &random).joined(separator: ",")
      XCTAssertEqual(
        outcome(word, coreCount: CoreSet.limit), .placed(placement),
        "SEED=\(random.seed) round \(round): \(word)")
    }
  }

  /// The cores of a set, shuffled, some of them as ranges.
  private func list(_ cores: CoreSet, _ random: inout SeededRandom) -> String {
    var items: [String] = []
    var next = cores.first
    while let first = next {
      var last = first
      while cores.contains(last + 1) && Bool.random(using: &random) { last += 1 }
      items.append(last == first ? "\(first)" : "\(first)-\(last)")
      next = cores.next(from: last + 1)
    }
    return items.shuffled(using: &random).joined(separator: ",")
  }

  /// Bytes of no sense, and lines that nearly have some, are either placed by the rules or refused with a place that
  /// lies in the line.
  func testHostileLines() {
    var random = SeededRandom()
    var (placed, refused) = (0, 0)
    for round in 0..<20_000 {
      let coreCount = Int.random(in: 1...20, using: &random)
      let line = hostileLine(&random, coreCount: coreCount)
      switch outcome(line, coreCount: coreCount) {
      case .placed(let placement):
        placed += 1
        let read = outcome(written(placement), coreCount: coreCount)
        XCTAssertEqual(read, .placed(placement), "SEED=\(random.seed) round \(round): \(line)")
      case .refused(_, let word):
        refused += 1
        XCTAssertFalse(word.isEmpty, "SEED=\(random.seed) round \(round): \(line)")
        XCTAssertTrue(
          word.lowerBound >= 0 && word.upperBound <= line.count, "SEED=\(random.seed) round \(round): \(line)"
        )
      }
    }
    // The lines are of both kinds, or else nothing was shown.
    XCTAssertGreaterThan(placed, 1_000, "SEED=\(random.seed)")
    XCTAssertGreaterThan(refused, 5_000, "SEED=\(random.seed)")
  }

  /// Random bytes, words in a random order, or a placement with some bytes changed.
  private func hostileLine(_ random: inout SeededRandom, coreCount: Int) -> [UInt8] {
    let pieces = [
      "cores=", "io", "orders", "timers", "journal", "interrupts", ":", ",", "-", "0", "1", "2", "15", "16",
      "255", " ",
      "x", "balance=", "buckets=", "priorities=", "on", "256", "\u{7F}", "=", "io:0", "orders:1,2",
      "timers:0", "journal:",
    ]
    let length = Int.random(in: 0..<12, using: &random)
    switch Int.random(in: 0..<3, using: &random) {
    case 0: return Array("cores=".utf8) + (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
    case 1:
      return Array("cores=".utf8)
        + (0..<length).flatMap { _ in Array(pieces.randomElement(using: &random)!.utf8) }
    default:
      var line = Array(written(randomPlacement(&random, coreCount: min(coreCount, CoreSet.limit))).utf8)
      for _ in 0..<Int.random(in: 0..<4, using: &random) {
        let byte = Array(",:-0123 ".utf8).randomElement(using: &random)!
        line[Int.random(in: 6..<line.count, using: &random)] = byte
      }
      return line
    }
  }
}
