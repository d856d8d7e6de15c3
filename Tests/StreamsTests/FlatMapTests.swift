import Streams
import TestSupport
import Timing
import XCTest

/// `flatMap` as marble tables: the source of streams, and what comes out of them.
final class FlatMapTests: XCTestCase {
  /// Streams by name; their ticks count from the beginning of the row.
  private func inner(_ name: Character) -> MarbleSource<Character> {
    switch name {
    case "a": MarbleSource("-1-2-3|")
    case "b": MarbleSource("--x-y-z|")
    case "c": MarbleSource("(123)|")
    case "d": MarbleSource("(xyz)|")
    case "f": MarbleSource("-#4|")
    default: MarbleSource("|")
    }
  }

  func testManyAtOnce() {
    expect(
      row("ab|", "-1x2y3z|", balance: .some) { $0.flatMap(atOnce: Limit<2>()) { self.inner($0) } },
      row("(cd)|", "(1x2y3z)|", balance: .some) { $0.flatMap(atOnce: Limit<2>()) { self.inner($0) } },
      row("(cdc)|", "(1x2y3z)(123|)", balance: .some) { $0.flatMap(atOnce: Limit<2>()) { self.inner($0) } },
      row("---c", "---(123)", balance: .some) { $0.flatMap(atOnce: Limit<3>()) { self.inner($0) } },
      row("f#c|", "-(##)(1423)|", balance: .some) { $0.flatMap(atOnce: Limit<2>()) { self.inner($0) } })
  }

  func testOneAtATimeIsConcatenation() {
    expect(
      row("ab|", "-1-2-3(xyz)|", balance: .some) { $0.flatMap(atOnce: Limit<1>()) { self.inner($0) } },
      row("--c-d|", "--(123)-(xyz)|", balance: .some) { $0.flatMap(atOnce: Limit<1>()) { self.inner($0) } },
      row("(eeece)|", "(123)|", balance: .some) { $0.flatMap(atOnce: Limit<1>()) { self.inner($0) } },
      row("|", "|", balance: .some) { $0.flatMap(atOnce: Limit<1>()) { self.inner($0) } })
  }

  /// Each stream holds the marble it was made of, so the harness sees when too many are open.
  func testNoMoreAreOpenThanTheLimitSays() {
    expect(
      marbleRow("(abc)|", "([a2][a1][b2][b1][c2][c1])|", balance: .some) {
        $0.flatMap(atOnce: Limit<1>()) { Twice($0) }
      },
      marbleRow("(abc)|", "([a2][b2][a1][b1][c2][c1])|", balance: .some) {
        $0.flatMap(atOnce: Limit<2>()) { Twice($0) }
      },
      marbleRow("a-(bc)|", "([a2][a1])-([c2][b2][c1][b1])|", balance: .some) {
        $0.flatMap(atOnce: Limit<2>()) { Twice($0) }
      })
  }

  func testTheSourceIsLeftAloneWhileThePlacesAreFull() {
    let probe = MarbleProbe()
    var stream = MarbleSource<Character>("(aaaa)|", probe).flatMap(atOnce: Limit<2>()) { self.inner($0) }
    for tick in 0..<6 {
      while case .ready = stream.poll(at: MarbleScript.instant(ofTick: tick)) {}
      XCTAssertEqual(probe.taken, 2, "tick \(tick)")
    }
    while case .ready = stream.poll(at: MarbleScript.instant(ofTick: 6)) {}
    XCTAssertEqual(probe.taken, 4)
  }
}

/// Two messages, while it holds a marble.
private struct Twice: Streams.Stream, ~Copyable {
  private let marble: Marble
  private var remaining = 2
  init(_ marble: consuming Marble) { self.marble = marble }

  mutating func poll(at now: Instant) -> Poll<String, MarbleFailure> {
    guard remaining > 0 else { return .ended }
    defer { remaining -= 1 }
    return .ready("\(marble.symbol)\(remaining)")
  }
}
