import Streams
import TestSupport
import Timing
import XCTest

private typealias Source = AsFuture<MarbleSource<Character>>

/// What becomes of a future, and in which tick; nil when it stays pending.
private struct Fate: Equatable {
  enum End: Equatable {
    case message(String)
    case failed
    case ended
  }
  var tick: Int
  var end: End

  init(_ tick: Int, _ end: End) { (self.tick, self.end) = (tick, end) }

  /// The fate of a script of which only the first event matters.
  init?(_ script: MarbleScript) {
    for (tick, events) in script.ticks.enumerated() {
      switch events.first {
      case .message(let text)?: self.init(tick, .message(text))
      case .failure?, .otherFailure?: self.init(tick, .failed)
      case .end?: self.init(tick, .ended)
      case nil: continue
      }
      return
    }
    return nil
  }

  var text: String? {
    guard case .message(let text) = end else { return nil }
    return text
  }

  var script: MarbleScript {
    var script = MarbleScript()
    let now = MarbleScript.instant(ofTick: tick)
    if let text { script.note(.message(text), at: now) }
    if end == .failed { script.note(.failure, at: now) }
    script.note(.end, at: now)
    return script
  }
}

/// The plain reference: what should become of a future made of others, by their fates.
private func first(_ one: Fate?, _ other: Fate?) -> Fate? {
  if one?.end == .ended, other?.end == .ended { return Fate(max(one!.tick, other!.tick), .ended) }
  let settled = [one, other].compactMap { $0 }.filter { $0.end != .ended }
  return settled.min { $0.tick < $1.tick }
}

private func both(_ one: Fate?, _ other: Fate?) -> Fate? {
  let known = [one, other].compactMap { $0 }
  if let bad = known.filter({ $0.text == nil }).min(by: { $0.tick < $1.tick }) { return bad }
  guard let one, let other else { return nil }
  return Fate(max(one.tick, other.tick), .message(one.text! + other.text!))
}

private func by(_ tick: Int, _ fate: Fate?) -> Fate? {
  fate.map { $0.tick <= tick } == true ? fate : Fate(tick, .failed)
}

private func notBefore(_ tick: Int, _ fate: Fate?) -> Fate? {
  fate.map { $0.text == nil ? $0 : Fate(max($0.tick, tick), $0.end) }
}

extension Streams.Future where Self: ~Copyable, Message == Character {
  fileprivate consuming func notBefore(_ tick: Int) -> some Streams.Future<Character, any Error> & ~Copyable {
    Delayed(self, MarbleScript.instant(ofTick: tick))
  }
}

/// A future whose message waits for a time, made of the combinators.
private struct Delayed<Source: Streams.Future & ~Copyable>: Streams.Future, ~Copyable
where Source.Message == Character {
  private typealias Waiting = Both<Sleep, Ready<Character>>
  private var whole: Then<Source, Then<Waiting, Ready<Character>>>

  init(_ source: consuming Source, _ time: Instant) {
    whole = source.then { letter in
      Sleep(until: time).joined(with: Ready(letter)).then { Ready($0.second) }
    }
  }

  mutating func poll(at now: Instant) -> Poll<Character, any Error> {
    switch whole.poll(at: now) {
    case .ready(let letter): .ready(letter)
    case .failed(let failure): .failed(failure)
    case .ended: .ended
    case .pending: .pending
    }
  }

  var nextDeadline: Instant { whole.nextDeadline }
}

/// What holds of futures made of futures whatever comes when: what they become, and that their deadlines are not late.
final class FutureLawTests: XCTestCase {
  /// The first random run in which what is made differs from what the reference says, if there is one.
  private func disagreement<Made: Streams.Stream & ~Copyable>(
    seed: UInt64? = nil, runs: Int = 300, _ model: ([Fate?], Int) -> Fate?,
    _ make: (consuming Source, consuming Source, consuming Source, Int) -> Made
  ) -> String? where Made.Message: MarbleText {
    var random = SeededRandom(seed: seed)
    for _ in 0..<runs {
      let scripts = ["abc", "mno", "xyz"].map { letters in
        String(repeating: "-", count: .random(in: 0...6, using: &random))
          + MarbleScript.random(of: letters, isOpen: true, using: &random)
      }
      let tick = Int.random(in: 0...9, using: &random)
      let wanted = model(scripts.map { Fate(MarbleScript($0)) }, tick)?.script.text ?? ""
      for pace in [MarblePace.everyTick, .atDeadlines] {
        var reader = MarbleReader([], MarblePopulation())
        let sources = scripts.map { MarbleScript($0).text }
        reader.read(make(source(sources[0]), source(sources[1]), source(sources[2]), tick), pace, ticks: 30)
        let found = reader.transcript.text.replacing("!", with: "#")
        if found == wanted, reader.complaints.isEmpty { continue }
        return
          "\(scripts) \(tick) \(pace): \(found) instead of \(wanted) \(reader.complaints) SEED=\(random.seed)"
      }
    }
    return nil
  }

  private func source(_ script: String) -> Source { AsFuture(MarbleSource(script)) }

  private func instant(_ tick: Int) -> Instant { MarbleScript.instant(ofTick: tick) }

  func testFirst() {
    XCTAssertNil(
      disagreement { fates, _ in
        first(fates[0], fates[1])
      } _: { a, b, _, _ in
        AsStream(a.first(of: b))
      })
    XCTAssertNil(
      disagreement { fates, _ in
        first(fates[1], fates[0])
      } _: { a, b, _, _ in
        AsStream(a.first(of: b, startingAt: 1))
      })
    XCTAssertNil(
      disagreement { fates, _ in
        first(first(fates[0], fates[1]), fates[2])
      } _: { a, b, c, _ in
        AsStream(a.first(of: b.first(of: c)))
      })
  }

  func testFirstOfMany() {
    XCTAssertNil(
      disagreement { fates, _ in
        first(first(fates[0], fates[1]), fates[2])
      } _: { a, b, c, _ in
        var one: Source? = consume a
        var two: Source? = consume b
        var three: Source? = consume c
        return AsStream(
          FirstOfMany<3, Source> { index in
            switch index {
            case 0: one.take()!
            case 1: two.take()!
            default: three.take()!
            }
          })
      })
  }

  func testBoth() {
    XCTAssertNil(
      disagreement { fates, _ in
        both(fates[0], fates[1])
      } _: { a, b, _, _ in
        AsStream(a.joined(with: b))
      })
    XCTAssertNil(
      disagreement { fates, _ in
        both(fates[0], both(fates[1], fates[2]))
      } _: { a, b, c, _ in
        AsStream(a.joined(with: b).joined(with: c))
      })
  }

  func testTimeLimitsAndChains() {
    XCTAssertNil(
      disagreement { fates, tick in
        by(tick, fates[0])
      } _: { a, _, _, tick in
        AsStream(a.timeout(at: MarbleScript.instant(ofTick: tick)))
      })
    XCTAssertNil(
      disagreement { fates, tick in
        by(tick, fates[0])
      } _: { a, _, _, tick in
        AsStream(a.timeout(after: .milliseconds(UInt64(tick))))
      })
    XCTAssertNil(
      disagreement { fates, tick in
        notBefore(tick, fates[0])
      } _: { a, _, _, tick in
        AsStream(a.notBefore(tick))
      })
  }

  func testAllTogether() {
    XCTAssertNil(
      disagreement { fates, tick in
        first(by(5, both(fates[0], fates[1])), notBefore(tick, fates[2]))
      } _: {
        a, b, c, tick in
        AsStream(a.joined(with: b).timeout(at: MarbleScript.instant(ofTick: 5)).first(of: c.notBefore(tick)))
      })
    XCTAssertNil(
      disagreement { fates, tick in
        by(tick, both(first(fates[0], fates[1]), notBefore(3, fates[2])))
      } _: {
        a, b, c, tick in
        AsStream(a.first(of: b).joined(with: c.notBefore(3)).timeout(after: .milliseconds(UInt64(tick))))
      })
  }

  /// The controls: another order, another limit, a late deadline are noticed.
  func testDifferencesAreNoticed() {
    XCTAssertNotNil(
      disagreement(seed: 1) { fates, _ in
        first(fates[1], fates[0])
      } _: { a, b, _, _ in
        AsStream(a.first(of: b))
      })
    XCTAssertNotNil(
      disagreement(seed: 1) { fates, _ in
        both(fates[1], fates[0])
      } _: { a, b, _, _ in
        AsStream(a.joined(with: b))
      })
    XCTAssertNotNil(
      disagreement(seed: 1) { fates, tick in
        by(tick, fates[0])
      } _: { a, _, _, tick in
        AsStream(a.timeout(at: MarbleScript.instant(ofTick: tick + 1)))
      })
    XCTAssertNotNil(
      disagreement(seed: 1) { fates, _ in
        first(fates[0], fates[1])
      } _: { a, b, _, _ in
        Overdue(AsStream(a.first(of: b)))
      })
  }
}
