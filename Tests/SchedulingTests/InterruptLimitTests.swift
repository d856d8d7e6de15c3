import Buffers
import Scheduling
import Streams
import TestSupport
import Timing
import XCTest

/// Interrupt storms: sources that come more often than their limit.
final class InterruptLimitTests: XCTestCase {
  private func instant(_ nanoseconds: UInt64) -> Instant { Instant(nanoseconds: nanoseconds) }
  private let memory = TestArena()

  private func makeQueue(_ limits: [Int: TokenRate]) throws -> InterruptQueue {
    var queue = try InterruptQueue(in: &memory.arena)
    for (source, limit) in limits { queue.register(source: source, priority: 1, limit: limit) }
    return queue
  }

  func testAMarkBeyondTheLimitIsKeptCountedAndServedWhenItsTimeComes() throws {
    var queue = try makeQueue([4: TokenRate(every: .nanoseconds(100), burst: 2)])
    for time in [1_000, 1_010] as [UInt64] {
      XCTAssertTrue(queue.mark(4, at: instant(time)))
      XCTAssertEqual(queue.select(.max), 4)
    }
    XCTAssertFalse(queue.mark(4, at: instant(1_020)), "beyond a burst of two")
    XCTAssertTrue(
      queue.mark(4, at: instant(1_030)), "it is throttled already, and nothing more is to be done")
    XCTAssertNil(queue.select(.max))
    XCTAssertEqual(queue.throttledSources, 1 << 4)
    XCTAssertEqual(queue.markedSources, 1 << 4)
    XCTAssertEqual(queue.stormCount(of: 4), 1)
    XCTAssertEqual(queue.nextRelease, instant(1_100))
    XCTAssertEqual(queue.releaseDue(instant(1_099)), 0)
    XCTAssertEqual(queue.releaseDue(instant(1_100)), 1 << 4)
    XCTAssertEqual(queue.throttledSources, 0)
    XCTAssertEqual(queue.nextRelease, .never)
    XCTAssertEqual(queue.select(.max), 4)
    XCTAssertEqual(queue.arrival(of: 4), instant(1_020))
    XCTAssertNil(queue.select(.max))
  }

  func testOthersAreServedMeanwhileAndEachIsReleasedAtItsOwnTime() throws {
    var queue = try makeQueue([
      1: TokenRate(every: .nanoseconds(300)), 2: TokenRate(every: .nanoseconds(200)),
    ])
    for source in 1...3 {
      queue.mark(source, at: instant(1_000))
      XCTAssertEqual(queue.select(.max), source)
    }
    XCTAssertEqual((1...3).map { queue.mark($0, at: instant(1_001)) }, [false, false, true])
    XCTAssertEqual(queue.select(.max), 3)
    XCTAssertEqual(queue.nextRelease, instant(1_200))
    XCTAssertEqual(queue.releaseDue(instant(1_250)), 1 << 2)
    XCTAssertEqual(queue.nextRelease, instant(1_300))
    XCTAssertEqual(queue.releaseDue(instant(2_000)), 1 << 1)
    XCTAssertEqual((0..<3).map { _ in queue.select(.max) }, [1, 2, nil], "of the same arrival, by number")
  }

  /// In any time T a source is served at most burst + 1 + T / interval times, and no mark is lost.
  func testServicesInAnyTimeAreBoundedAndEveryMarkIsServed() throws {
    var random = SeededRandom()
    for _ in 0..<50 {
      let interval = UInt64.random(in: 1...50, using: &random)
      let burst = Int.random(in: 1...5, using: &random)
      var queue = try makeQueue([7: TokenRate(every: .nanoseconds(interval), burst: burst)])
      var services: [UInt64] = []
      var isOwed = false
      var now: UInt64 = 1_000
      for _ in 0..<300 {
        now += UInt64.random(in: 0...20, using: &random)
        if Int.random(in: 0..<3, using: &random) > 0 {
          queue.mark(7, at: instant(now))
          isOwed = true
        }
        _ = queue.releaseDue(instant(now))
        if queue.select(.max) == 7 {
          XCTAssertTrue(isOwed, "served twice, SEED=\(random.seed)")
          isOwed = false
          services.append(now)
        }
      }
      _ = queue.releaseDue(instant(now + interval))
      XCTAssertEqual(queue.select(.max) == 7, isOwed, "a mark was lost, SEED=\(random.seed)")
      for (index, start) in services.enumerated() {
        for (count, end) in services[index...].enumerated()
        where count + 1 > burst + Int((end - start) / interval) {
          return XCTFail("\(count + 1) services from \(start) to \(end), SEED=\(random.seed)")
        }
      }
    }
  }

  /// Storms of all more urgent sources, as wild as can be: every time anything is picked, all are marked again.
  private func longestWait(limit: TokenRate?, picks: Int) throws -> Int? {
    var queue = try InterruptQueue(in: &memory.arena)
    for source in 0..<3 { queue.register(source: source, priority: 1, limit: limit) }
    queue.register(source: 5, priority: 2)
    var now: UInt64 = 1_000
    var longest = 0
    var wait = 0
    for _ in 0..<picks {
      _ = queue.releaseDue(instant(now))
      for source in [0, 1, 2, 5] { queue.mark(source, at: instant(now)) }
      guard let picked = queue.select(.max) else { continue }
      wait = picked == 5 ? 0 : wait + 1
      longest = max(longest, wait)
      // What a service takes.
      now += 10
    }
    return wait == picks ? nil : longest
  }

  func testAStormOfUrgentSourcesWithinTheirLimitsStarvesNobody() throws {
    let limit = TokenRate(every: .nanoseconds(100), burst: 4)
    // Of T = 10 n the three take n = 3 * (4 + 1 + 10 n / 100) picks at most: n is 21.4.
    let longest = try XCTUnwrap(longestWait(limit: limit, picks: 2_000))
    XCTAssertLessThanOrEqual(longest, 21)
    XCTAssertGreaterThan(longest, 10, "that was no storm")
  }

  /// The control: without limits the same storm starves it, and is noticed.
  func testWithoutLimitsTheSameStormStarves() throws {
    XCTAssertNil(try longestWait(limit: nil, picks: 2_000))
  }

  /// Of what is marked at one time each is picked once: nobody waits for more than all the others.
  func testWithoutMarksInBetweenEachSourceIsPickedOnce() throws {
    var random = SeededRandom()
    var queue = try InterruptQueue(in: &memory.arena)
    for source in 0..<64 { queue.register(source: source, priority: Int.random(in: 0..<8, using: &random)) }
    for source in (0..<64).shuffled(using: &random) { queue.mark(source, at: instant(random.next() % 100)) }
    XCTAssertEqual(Set((0..<64).compactMap { _ in queue.select(.max) }).count, 64, "SEED=\(random.seed)")
    XCTAssertNil(queue.select(.max))
  }
}
