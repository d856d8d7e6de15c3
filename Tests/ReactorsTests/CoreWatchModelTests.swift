import Reactors
import TestSupport
import Timing
import XCTest

/// A core's life: one conduct after the other, each for some milliseconds.
private struct CoreLife {
  struct Span {
    let conduct: CoreConduct
    let start: UInt64
    let end: UInt64
  }

  private(set) var spans: [Span] = []

  /// After each time in which it does not turn it is busy for a while, so that each is one of its own.
  init(milliseconds: UInt64, using random: inout SeededRandom) {
    var time: UInt64 = 0
    while time < milliseconds {
      let conduct = spans.count % 2 == 0 ? .busy : CoreConduct.allCases.randomElement(using: &random)!
      if conduct == .stuck { append(.asleep, 1 + random.next() % 300, &time) }
      append(conduct, 1 + random.next() % 350, &time)
    }
  }

  private mutating func append(_ conduct: CoreConduct, _ length: UInt64, _ time: inout UInt64) {
    if spans.last?.conduct == .asleep && conduct != .stuck || conduct == .asleep
      || spans.last?.conduct != .busy
    {
      spans.append(Span(conduct: .busy, start: time, end: time + 1))
      time += 1
    }
    spans.append(Span(conduct: conduct, start: time, end: time + length))
    time += length
  }
}

/// Something a watch noticed, or failed to.
private struct Notice: Equatable {
  var time: UInt64
  var isHang: Bool
}

/// What is wrong with what a watch said of a core with that life, whose looks are late by up to `latest` ms each.
private func faults(of notices: [Notice], _ life: CoreLife, latest: UInt64) -> [String] {
  var faults: [String] = []
  for span in life.spans {
    let hangs = notices.filter { $0.isHang && $0.time > span.start && $0.time <= span.end }
    faults += faultsOfHangs(hangs.map { $0.time - span.start }, span, bound: 125 + 6 * latest)
  }
  for (index, notice) in notices.enumerated() {
    let former = index == 0 ? nil : notices[index - 1]
    if notice.isHang == (former?.isHang ?? false) { faults.append("out of turn at \(notice.time)") }
    guard let former, !notice.isHang else { continue }
    let end = life.spans.first { $0.end >= former.time }.map(\.end) ?? 0
    if notice.time < end || notice.time > end + 26 + latest { faults.append("turns again at \(notice.time)") }
  }
  return faults
}

/// The same of how long after a span's beginning a hang was said.
private func faultsOfHangs(_ hangs: [UInt64], _ span: CoreLife.Span, bound: UInt64) -> [String] {
  guard span.conduct == .hung || span.conduct == .stuck else {
    return hangs.isEmpty ? [] : ["a core that turns, at \(span.start)"]
  }
  let earliest: UInt64 = span.conduct == .hung ? 100 : 75
  guard let hang = hangs.first else {
    return span.end - span.start > bound ? ["missed at \(span.start)"] : []
  }
  return hangs.count == 1 && hang >= earliest && hang <= bound
    ? [] : ["said at a wrong time at \(span.start)"]
}

final class CoreWatchModelTests: XCTestCase {
  private static let latest: UInt64 = 6

  /// The lives of two cores, and what a watch says of them whose looks are late at random.
  private func play(_ lives: [CoreLife], milliseconds: UInt64, using random: inout SeededRandom) -> [[Notice]]
  {
    var stage = WatchStage()
    let start = stage.others.now
    var notices: [[Notice]] = [[], []]
    var due = stage.watch.nextDeadline
    for millisecond in 0..<milliseconds {
      stage.others.now = start + .milliseconds(millisecond)
      for (index, life) in lives.enumerated() {
        if let span = life.spans.first(where: { $0.start == millisecond }) {
          stage.others.begin(span.conduct, core: index + 1)
        }
      }
      guard stage.others.now >= due else { continue }
      for event in stage.poll() {
        var isHang = false
        if case .hung = event { isHang = true }
        notices[event.core - 1].append(Notice(time: millisecond, isHang: isHang))
      }
      due = stage.watch.nextDeadline + .milliseconds(random.next() % (Self.latest + 1))
    }
    return notices
  }

  func testCoresAtRandomAreJudgedRight() {
    var random = SeededRandom()
    var hangs = 0
    for _ in 0..<20 {
      let lives = (0..<2).map { _ in CoreLife(milliseconds: 4_000, using: &random) }
      let notices = play(lives, milliseconds: 4_000, using: &random)
      for (life, notices) in zip(lives, notices) {
        let known = CoreLife.Span(conduct: .busy, start: 0, end: 0)
        let past = life.spans.filter { $0.end < 4_000 }.last ?? known
        let seen = notices.filter { $0.time <= past.end }
        XCTAssertEqual(
          faults(of: seen, life.until(past.end), latest: Self.latest), [], "SEED=\(random.seed)")
        hangs += seen.count(where: \.isHang)
        checkControls(seen, life.until(past.end), random.seed)
      }
    }
    XCTAssertGreaterThan(hangs, 20, "SEED=\(random.seed)")
  }

  /// A watch that says less, more, earlier or twice would be found out.
  private func checkControls(_ notices: [Notice], _ life: CoreLife, _ seed: UInt64) {
    let latest = Self.latest
    let long = life.spans.filter { $0.conduct == .hung && $0.end - $0.start > 125 + 6 * latest }
    for span in long {
      guard
        let index = notices.firstIndex(where: { $0.isHang && $0.time > span.start && $0.time <= span.end })
      else { continue }
      var fewer = notices
      fewer.remove(at: index)
      var earlier = notices
      earlier[index].time = span.start + 90
      var twice = notices
      twice.insert(notices[index], at: index)
      for broken in [fewer, earlier, twice] {
        XCTAssertNotEqual(faults(of: broken, life, latest: latest), [], "SEED=\(seed)")
      }
    }
    for span in life.spans where span.conduct != .hung && span.conduct != .stuck {
      let more = notices + [Notice(time: span.end, isHang: true)]
      XCTAssertNotEqual(faults(of: more, life, latest: latest), [], "SEED=\(seed)")
    }
  }
}

extension CoreLife {
  /// The life up to a span's end.
  fileprivate func until(_ end: UInt64) -> CoreLife {
    var life = self
    life.spans.removeAll { $0.end > end }
    return life
  }
}
