import Streams
import TestSupport
import Timing
import XCTest

final class BufferTests: XCTestCase {
  func testTheTableByCount() {
    expect(
      marbleRow("abc-d-e-f|", "--[abc]-----[def]|") { $0.buffer(count: Limit<3>()) },
      marbleRow("(abcdefg)-|", "([abc][def])-(g|)") { $0.buffer(count: Limit<3>()) },
      marbleRow("a-bc|", "a-bc|") { $0.buffer(count: Limit<1>()) },
      // The end and a failure, with and without messages gathered: no list is empty.
      marbleRow("|", "|") { $0.buffer(count: Limit<2>()) },
      marbleRow("ab|", "-[ab]|") { $0.buffer(count: Limit<2>()) },
      marbleRow("abc|", "-[ab]-(c|)") { $0.buffer(count: Limit<2>()) },
      marbleRow("a#bc|", "-(a#)-[bc]|") { $0.buffer(count: Limit<2>()) },
      marbleRow("#(ab#)#|", "#([ab]#)#|") { $0.buffer(count: Limit<2>()) },
      // Without an end what is gathered stays.
      marbleRow("abc", "-[ab]") { $0.buffer(count: Limit<2>()) },
      // One list at each poll of a slow reader; the source keeps what does not fit.
      marbleRow("(abcde)|", "[ab]--[cd]--e--|", pace: .slowly) { $0.buffer(count: Limit<2>()) })
  }

  func testTheTableByTime() {
    let two = Timing.Duration.milliseconds(2)
    expect(
      // From the first message on; what comes at the very moment the time is over still belongs to it.
      marbleRow("a----bc---|", "--a----[bc]--|") { $0.buffer(count: Limit<3>(), time: two) },
      marbleRow("a-b-c-|", "--[ab]---(c|)") { $0.buffer(count: Limit<3>(), time: two) },
      marbleRow("abcdefg-----|", "--[abc]--[def]--g---|") { $0.buffer(count: Limit<3>(), time: two) },
      // Full and over at once is one list; what is behind it starts its own time.
      marbleRow("a-(bcd)----|", "--[abc]-d--|") { $0.buffer(count: Limit<3>(), time: two) },
      marbleRow("a#b---|", "-(a#)--b-|") { $0.buffer(count: Limit<3>(), time: two) },
      // No time: what is ready.
      marbleRow("a-(bcde)-|", "a-([bcd]e)-|") { $0.buffer(count: Limit<3>(), time: .zero) },
      marbleRow("ab", "--[ab]") { $0.buffer(count: Limit<3>(), time: two) },
      marbleRow("", "") { $0.buffer(count: Limit<3>(), time: two) },
      // Polled in 0, 8, 16: the time is over, and what came meanwhile fills the list.
      marbleRow("ab--c-d-e-f----|", "--------[abcde]-------(f|)", pace: .inBursts) {
        $0.buffer(count: Limit<9>(), time: two)
      })
  }

  func testFarJumpsAndEndlessTimes() {
    var stream = MarbleSource<Int>("1").buffer(count: Limit<2>(), time: .seconds(1))
    XCTAssertEqual(describe(stream.poll(at: .zero)), "pending")
    XCTAssertEqual(stream.nextDeadline, .zero + .seconds(1))
    XCTAssertEqual(describe(stream.poll(at: Instant(nanoseconds: .max - 1))), "1")
    var patient = MarbleSource<Int>("1").buffer(count: Limit<2>())
    XCTAssertEqual(describe(patient.poll(at: Instant(nanoseconds: 5))), "pending")
    XCTAssertEqual(patient.nextDeadline, .never)
    XCTAssertEqual(describe(patient.poll(at: Instant(nanoseconds: .max - 1))), "pending")
  }

  /// A list is what comes from its first message up to the first poll not before its time is over, as far as it fits
  /// and nothing else comes between. It is handed on with the event that closes it, or at that poll.
  private func model(_ run: MarbleRun, capacity: Int, time: Int?) -> MarbleScript {
    var out = MarbleScript()
    let arrivals = run.arrivals
    var index = 0
    while index < arrivals.count {
      let first = arrivals[index]
      guard case .message = first.event else {
        out.note(first.event, at: MarbleScript.instant(ofTick: first.poll))
        index += 1
        continue
      }
      let poll = time.flatMap { run.poll(notBefore: first.poll + $0) } ?? .max
      let following = arrivals[index...].prefix { $0.poll <= poll }
      var letters: [String] = []
      for case .message(let letter) in following.map(\.event).prefix(while: { $0 != .end && $0 != .failure })
      {
        letters.append(letter)
      }
      let list = letters.prefix(capacity)
      index += list.count
      let isFull = list.count == capacity
      let isCut = index < following.endIndex
      let handedOn = isFull ? arrivals[index - 1].poll : isCut ? arrivals[index].poll : poll
      if handedOn < .max {
        out.note(.message(list.joined()), at: MarbleScript.instant(ofTick: handedOn))
      }
    }
    return out
  }

  func testRandomSchedules() {
    func model(_ capacity: Int, isTimed: Bool) -> (MarbleRun) -> MarbleScript {
      { self.model($0, capacity: capacity, time: isTimed ? $0.time : nil) }
    }
    XCTAssertNil(
      MarbleRun.disagreement(runs: 1000, model: model(3, isTimed: false)) {
        $0.source().buffer(count: Limit<3>())
      })
    XCTAssertNil(
      MarbleRun.disagreement(runs: 1500, model: model(4, isTimed: true)) {
        $0.source().buffer(count: Limit<4>(), time: .milliseconds(UInt64($0.time)))
      })
    XCTAssertNil(
      MarbleRun.disagreement(runs: 500, model: model(1, isTimed: true)) {
        $0.source().buffer(count: Limit<1>(), time: .milliseconds(UInt64($0.time)))
      })
  }

  /// The controls: another capacity, another time and a late deadline are noticed.
  func testBrokenVariantsAreNoticed() {
    func model(_ run: MarbleRun) -> MarbleScript { self.model(run, capacity: 3, time: run.time) }
    XCTAssertNotNil(
      MarbleRun.disagreement(runs: 100, seed: 1, model: model) {
        $0.source().buffer(count: Limit<4>(), time: .milliseconds(UInt64($0.time)))
      })
    XCTAssertNotNil(
      MarbleRun.disagreement(runs: 100, seed: 1, model: model) {
        $0.source().buffer(count: Limit<3>(), time: .milliseconds(UInt64($0.time + 1)))
      })
    XCTAssertNotNil(
      MarbleRun.disagreement(runs: 100, seed: 1, model: model) {
        Overdue($0.source().buffer(count: Limit<3>(), time: .milliseconds(UInt64($0.time))))
      })
  }
}
