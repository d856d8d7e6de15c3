import Streams
import TestSupport
import Timing
import XCTest

final class SampleTests: XCTestCase {
  func testTheTable() {
    let (three, four) = (Timing.Duration.milliseconds(3), Timing.Duration.milliseconds(4))
    expect(
      // Between ticks the latest; at the very moment of a tick that one; a tick with nothing new says nothing.
      marbleRow("ab-c--d---|", "----c---d-|", balance: .some) { $0.sample(every: four) },
      marbleRow("---(ab)c----|", "----c----|", balance: .some) { $0.sample(every: four) },
      marbleRow("----a---|", "----a---|", balance: .some) { $0.sample(every: four) },
      marbleRow("a------------b--|", "----a-----------(b|)", balance: .some) { $0.sample(every: four) },
      marbleRow("abcdefghijkl|", "----e---i---(l|)", balance: .some) { $0.sample(every: four) },
      // The end and a failure do not wait for the tick; behind a failure the ticks are what they were.
      marbleRow("|", "|", balance: .some) { $0.sample(every: four) },
      marbleRow("a--------b|", "----a-----(b|)", balance: .some) { $0.sample(every: four) },
      marbleRow("a#b---|", "-(a#)--b-|", balance: .some) { $0.sample(every: four) },
      marbleRow("(a#b)--#|", "(a#)--(b#)|", balance: .some) { $0.sample(every: four) },
      // A source that never ends or never begins.
      marbleRow("ab", "----b", balance: .some) { $0.sample(every: four) },
      marbleRow("", "", balance: .some) { $0.sample(every: four) },
      // Polled in 0, 8, 16, 24: the newest at the first poll behind its tick, once, however many ticks were missed.
      marbleRow("abcdefghijklmnopqrst---|", "--------i---------------(t|)", balance: .some, pace: .inBursts) {
        $0.sample(every: three)
      })
  }

  func testTheTicksKeepTheirPhaseOverAFarJump() {
    var stream = MarbleSource<Int>("1-2-3").sample(every: .nanoseconds(1000))
    XCTAssertEqual(describe(stream.poll(at: Instant(nanoseconds: 123))), "pending")
    XCTAssertEqual(stream.nextDeadline, Instant(nanoseconds: 1123))
    XCTAssertEqual(describe(stream.poll(at: Instant(nanoseconds: 1 << 63))), "3")
    var late = MarbleSource<Int>("-1").sample(every: .nanoseconds(1000))
    XCTAssertEqual(describe(late.poll(at: Instant(nanoseconds: 123))), "pending")
    XCTAssertEqual(describe(late.poll(at: Instant(nanoseconds: 1 << 63))), "pending")
    XCTAssertEqual(late.nextDeadline.nanoseconds % 1000, 123)
    XCTAssertLessThan(late.nextDeadline.since(Instant(nanoseconds: 1 << 63)), .nanoseconds(1000))
  }

  func testATickIsUsedOnce() {
    for (first, following) in [(1000, 2000), (1400, 2000), (2000, 3000), (2500, 3000)] as [(UInt64, UInt64)] {
      let inbox = Inbox()
      var stream = FromInbox(inbox: inbox).sample(every: .nanoseconds(1000))
      inbox.messages = [1]
      XCTAssertEqual(describe(stream.poll(at: .zero)), "pending")
      XCTAssertEqual(describe(stream.poll(at: Instant(nanoseconds: first))), "1")
      inbox.messages = [2]
      XCTAssertEqual(describe(stream.poll(at: Instant(nanoseconds: first))), "pending")
      XCTAssertEqual(stream.nextDeadline.nanoseconds, following)
      XCTAssertEqual(describe(stream.poll(at: stream.nextDeadline)), "2")
    }
  }

  func testTicksBeyondTheClockNeverCome() {
    var stream = MarbleSource<Int>("1-|").sample(every: Duration(nanoseconds: .max))
    XCTAssertEqual(describe(stream.poll(at: Instant(nanoseconds: 5))), "pending")
    XCTAssertEqual(stream.nextDeadline, MarbleScript.instant(ofTick: 2))
    XCTAssertEqual(describe(stream.poll(at: stream.nextDeadline)), "1")
    XCTAssertEqual(describe(stream.poll(at: stream.nextDeadline)), "ended")
  }

  /// What comes up to the first poll not before the first message's tick is one group; its last is handed on then, or
  /// with the end or the failure that comes before.
  private func model(_ run: MarbleRun) -> MarbleScript {
    var out = MarbleScript()
    let (arrivals, start) = (run.arrivals, run.polls[0])
    var index = 0
    while index < arrivals.count {
      let first = arrivals[index]
      guard case .message = first.event else {
        out.note(first.event, at: MarbleScript.instant(ofTick: first.poll))
        index += 1
        continue
      }
      let tick = start + max(1, (first.poll - start + run.time - 1) / run.time) * run.time
      let poll = run.poll(notBefore: tick) ?? .max
      let following = arrivals[index...].prefix { $0.poll <= poll }
      let group = following.prefix { if case .message = $0.event { true } else { false } }
      let handedOn = group.count < following.count ? following[group.endIndex].poll : poll
      if handedOn < .max { out.note(group.last!.event, at: MarbleScript.instant(ofTick: handedOn)) }
      index = group.endIndex
    }
    return out
  }

  func testRandomSchedules() {
    XCTAssertNil(
      MarbleRun.disagreement(runs: 3000, model: model) {
        $0.source().sample(every: .milliseconds(UInt64($0.time)))
      })
  }

  /// The controls: ticks that drift, that are late, and another interval are noticed.
  func testBrokenVariantsAreNoticed() {
    XCTAssertNotNil(
      MarbleRun.disagreement(runs: 100, seed: 1, model: model) {
        Drifting($0.source(), every: .milliseconds(UInt64($0.time)))
      })
    XCTAssertNotNil(
      MarbleRun.disagreement(runs: 100, seed: 1, model: model) {
        Overdue($0.source().sample(every: .milliseconds(UInt64($0.time))))
      })
    XCTAssertNotNil(
      MarbleRun.disagreement(runs: 100, seed: 1, model: model) {
        $0.source().sample(every: .milliseconds(UInt64($0.time + 1)))
      })
  }
}

/// What can be filled between two polls at one moment.
private final class Inbox { var messages: [Int] = [] }

private struct FromInbox: Streams.Stream {
  let inbox: Inbox
  mutating func poll(at now: Instant) -> Poll<Int, Never> {
    inbox.messages.isEmpty ? .pending : .ready(inbox.messages.removeFirst())
  }
}

/// A sampler whose next tick is an interval after the last late poll.
private struct Drifting<Source: Streams.Stream & ~Copyable>: Streams.Stream, ~Copyable {
  typealias Message = Source.Message
  typealias Failure = Source.Failure
  private var source: Source
  private let interval: Timing.Duration
  private var held: Source.Message?
  private var failure: Source.Failure?
  private var tick: Instant?

  init(_ source: consuming Source, every interval: Timing.Duration) {
    self.source = source
    self.interval = interval
  }

  mutating func poll(at now: Instant) -> Poll<Source.Message, Source.Failure> {
    if let failure = failure.take() { return .failed(failure) }
    while true {
      switch source.poll(at: now) {
      case .ready(let message): held = consume message
      case .failed(let reason):
        guard let message = held.take() else { return .failed(reason) }
        failure = reason
        return .ready(message)
      case .ended:
        guard let message = held.take() else { return .ended }
        return .ready(message)
      case .pending:
        if now < tick ?? now + interval { return .pending }
        tick = now + interval
        guard let message = held.take() else { return .pending }
        return .ready(message)
      }
    }
  }

  var nextDeadline: Instant { min(source.nextDeadline, tick ?? .never) }
  var demand: Int { source.demand + 1 }
}
