import Streams
import TestSupport
import Timing
import XCTest

/// The futures that wait for nothing but time, and those that go on with one future.
final class FutureTests: XCTestCase {
  private func instant(_ number: UInt64) -> Instant { Instant(nanoseconds: number) }

  func testReadyIsThereOnce() {
    let census = Census()
    do {
      var ready = Ready(Marble("a", of: census.population))
      XCTAssertEqual(census.alive, 1)
      XCTAssertEqual(describe(ready.poll(at: .zero)), "a")
      XCTAssertEqual(census.alive, 0)
      for _ in 0..<3 { XCTAssertEqual(describe(ready.poll(at: .zero)), "ended") }
      _ = Ready(Marble("b", of: census.population))
    }
    XCTAssertEqual(census.alive, 0)
  }

  /// When a sleep wakes that is polled at each of `polls`, how, and the deadlines it says in between.
  private func wake(_ sleep: Sleep, _ polls: UInt64...) -> (woken: UInt64?, deadlines: [UInt64]) {
    var (sleep, deadlines) = (sleep, [UInt64]())
    for poll in polls {
      switch sleep.poll(at: instant(poll)) {
      case .ready(let now):
        guard case .ended = sleep.poll(at: instant(poll + 9)), sleep.nextDeadline == .never else {
          return (nil, [])
        }
        return (now.nanoseconds, deadlines)
      case .ended: return (nil, [])
      case .pending: deadlines.append(sleep.nextDeadline.nanoseconds)
      }
    }
    return (nil, deadlines)
  }

  func testSleep() {
    XCTAssert(wake(Sleep(until: instant(10)), 4, 9, 10) == (10, [10, 10]))
    XCTAssert(wake(Sleep(until: instant(10)), 9, 700) == (700, [10]))
    XCTAssert(wake(Sleep(until: instant(10)), 11) == (11, []), "in the past")
    XCTAssert(wake(Sleep(until: .zero), 0) == (0, []))
    XCTAssert(wake(Sleep(until: .never), 5, .max) == (nil, [.max, .max]))
    // The duration counts from the first poll.
    XCTAssert(wake(Sleep(for: .nanoseconds(10)), 100, 109, 110) == (110, [110, 110]))
    XCTAssert(wake(Sleep(for: .zero), 100) == (100, []))
    XCTAssert(wake(Sleep(for: .nanoseconds(.max)), 1, .max) == (nil, [.max, .max]))
    XCTAssertEqual(Sleep(for: .seconds(1)).nextDeadline, .zero, "its first poll is due")
  }

  func testYieldIsDueAtOnceAndReadyTheSecondTime() {
    var turn = Yield()
    guard case .pending = turn.poll(at: instant(5)) else { return XCTFail("the others first") }
    XCTAssertLessThanOrEqual(turn.nextDeadline, instant(5))
    guard case .ready(instant(5)) = turn.poll(at: instant(5)) else { return XCTFail("the second time") }
    guard case .ended = turn.poll(at: instant(6)) else { return XCTFail("once") }
    XCTAssertEqual(turn.nextDeadline, .never)
  }

  func testAnEmptyPlaceHasEnded() {
    let census = Census()
    var place: Scripted? = Scripted(.pending, due: instant(7), in: census)
    XCTAssertEqual(describe(place.poll(at: .zero)), "pending")
    XCTAssertEqual(place.nextDeadline, instant(7))
    place = nil
    XCTAssertEqual(census.alive, 0, "cancelled")
    XCTAssertEqual(describe(place.poll(at: .zero)), "ended")
    XCTAssertEqual(place.nextDeadline, .never)
    place = Scripted(.ended, due: instant(7), in: census)
    XCTAssertEqual(describe(place.poll(at: .zero)), "ended")
    XCTAssertEqual(census.alive, 0, "what has ended leaves")
    place = Scripted(.failed, in: census)
    XCTAssertEqual(describe(place.poll(at: .zero)), "MarbleFailure()")
    XCTAssertEqual(census.alive, 1, "what has failed stays")
  }

  func testDeadline() {
    let three = Timing.Duration.milliseconds(3)
    let late = MarbleScript.instant(ofTick: 3)
    expect(
      marbleRow("a-b|", "(a|)") { AsStream($0.timeout(at: late)) },
      marbleRow("--a-b|", "--(a|)") { AsStream($0.timeout(at: late)) },
      marbleRow("---a|", "---(a|)") { AsStream($0.timeout(at: late)) },
      marbleRow("----a|", "---(!|)") { AsStream($0.timeout(at: late)) },
      marbleRow("", "---(!|)") { AsStream($0.timeout(at: late)) },
      marbleRow("-#a|", "-(#|)") { AsStream($0.timeout(at: late)) },
      marbleRow("-|", "-|") { AsStream($0.timeout(at: late)) },
      marbleRow("-----a|", "------a--|", pace: .slowly) {
        AsStream($0.timeout(at: MarbleScript.instant(ofTick: 5)))
      },
      marbleRow("-", "(!|)") { AsStream($0.timeout(at: .zero)) },
      marbleRow("a", "(a|)") { AsStream(AsFuture($0).timeout(after: .zero)) },
      marbleRow("---a|", "---(a|)") { AsStream(AsFuture($0).timeout(after: three)) },
      marbleRow("----a|", "---(!|)") { AsStream(AsFuture($0).timeout(after: three)) })
  }

  func testWhatADeadlineCoversIsDroppedWithTheAnswer() {
    let late = instant(5)
    for answer in Answer.allCases {
      let census = Census()
      var future = Scripted(answer, due: instant(9), in: census).timeout(at: late)
      let early = describe(future.poll(at: instant(4)))
      XCTAssertEqual(census.alive, answer == .pending ? 1 : 0, "\(answer)")
      XCTAssertEqual(future.nextDeadline, answer == .pending ? late : .never)
      let then = describe(future.poll(at: late))
      XCTAssertEqual(then, answer == .pending ? "timedOut" : "ended", "\(answer) \(early)")
      XCTAssertEqual(describe(future.poll(at: late)), "ended")
      XCTAssertEqual([census.alive, census.polls.count], [0, answer == .pending ? 2 : 1])
      XCTAssertEqual(future.nextDeadline, .never)
    }
  }

  func testThen() {
    expect(
      row("--a|", "--(b|)") { AsStream($0.then { _ in Ready<Character>("b") }) },
      row("--a|", "----(b|)", balance: .some) {
        AsStream($0.then { _ in AsFuture(MarbleSource<Character>("----b|")) })
      },
      row("#a|", "(!|)") { AsStream($0.then { Ready($0) }) },
      row("-|", "-|") { AsStream($0.then { Ready($0) }) },
      marbleRow("--a|", "--(a|)") { AsStream($0.then { Ready($0) }) },
      marbleRow("a|", "--(a|)") {
        AsStream(Sleep(for: .milliseconds(2)).joined(with: $0).then { Ready($0.second) }, demand: 1)
      })
  }

  func testThenTellsWhoFailedAndDropsEachInTurn() {
    let census = Census()
    for (one, expected, alive) in [
      (Answer.ready, "second failed", 0), (.pending, "pending", 1), (.failed, "first failed", 0),
      (.ended, "ended", 0),
    ] {
      var future = Scripted(one, due: instant(3), in: census).then { message in
        XCTAssertEqual(census.futures, 0, "the first is gone before")
        _ = message
        return Scripted(.failed, "b", in: census)
      }
      let found: String =
        switch future.poll(at: .zero) {
        case .ready: "ready"
        case .failed(.first): "first failed"
        case .failed(.second): "second failed"
        case .ended: "ended"
        case .pending: "pending"
        }
      XCTAssertEqual(found, expected)
      XCTAssertEqual(census.alive, alive)
      XCTAssertEqual(future.nextDeadline, one == .pending ? instant(3) : .never)
      if one != .pending { XCTAssertEqual(describe(future.poll(at: .zero)), "ended") }
    }
    XCTAssertEqual(census.alive, 0)
  }

  func testThenAsksForTheDeadlineOfTheOneItWaitsFor() {
    var future = Sleep(until: instant(10)).then { Sleep(until: $0 + .nanoseconds(5)) }
    XCTAssertEqual(describe(future.poll(at: instant(3))), "pending")
    XCTAssertEqual(future.nextDeadline, instant(10))
    XCTAssertEqual(describe(future.poll(at: instant(11))), "pending")
    XCTAssertEqual(future.nextDeadline, instant(16))
    XCTAssertEqual(describe(future.poll(at: instant(16))), "16")
    XCTAssertEqual(describe(future.poll(at: instant(16))), "ended")
  }

  /// The control: a late deadline is noticed by the reader that comes only then.
  func testALateDeadlineIsNoticed() {
    expect(
      "atDeadlines",
      in: marbleRow("", "---(!|)") { Overdue(AsStream($0.timeout(at: MarbleScript.instant(ofTick: 3)))) })
  }
}
