import InterleavingSupport
import XCTest

/// How many executions there are, and what the explorer says of those that go wrong.
final class ExplorerTests: XCTestCase {
  private typealias Body = (Litmus) -> Void

  private func count(_ reduction: Reduction, _ threads: [Body]) -> Int {
    let report = explore(reduction: reduction, setUp: { Litmus(0) }, threads: threads)
    XCTAssertTrue(report.isComplete, "\(report)")
    return report.executions
  }

  private func choose(_ count: Int, of total: Int) -> Int {
    (0..<count).reduce(1) { $0 * (total - $1) / ($1 + 1) }
  }

  func testAllInterleavingsAreCounted() {
    for length in 1...5 {
      let body: Body = { litmus in for value in 0..<length { litmus.x.store(UInt64(value)) } }
      XCTAssertEqual(count(.none, [body, body]), choose(length, of: 2 * length))
      XCTAssertEqual(count(.equivalent, [body, body]), choose(length, of: 2 * length))
    }
    let two: Body = {
      $0.x.store(1); $0.x.store(2)
    }
    XCTAssertEqual(count(.none, [two, two, two]), 90)
    XCTAssertEqual(count(.equivalent, [two, two, two]), 90)
  }

  func testIndependentOperationsAreNotPermuted() {
    let bodies: [Body] = [
      { litmus in for _ in 0..<4 { litmus.x.store(1) } }, { litmus in for _ in 0..<4 { litmus.y.store(1) } },
    ]
    XCTAssertEqual(count(.none, bodies), 70)
    XCTAssertEqual(count(.equivalent, bodies), 1)
    let readers: Body = { litmus in for _ in 0..<4 { _ = litmus.x.load() } }
    XCTAssertEqual(count(.equivalent, [readers, readers, readers]), 1)
  }

  func testOneWriterAndReaders() {
    // Each reader's load comes before or after the store: two of them are four executions.
    XCTAssertEqual(count(.equivalent, [{ $0.x.store(1) }, { _ = $0.x.load() }, { _ = $0.x.load() }]), 4)
    // The last of n stores that a load sees, or none.
    XCTAssertEqual(
      count(
        .equivalent,
        [
          {
            $0.x.store(1); $0.x.store(2); $0.x.store(3)
          }, { _ = $0.x.load() },
        ]), 4)
    let fence: Body = { _ in ModelWord.fence() }
    XCTAssertEqual(count(.equivalent, [fence, fence, fence]), 6)
  }

  func testARaceIsFound() throws {
    let report = explore(
      words: ["x"], setUp: { Litmus(0) },
      threads: [
        { litmus in
          litmus.plain = 1
          litmus.x.store(1)
        },
        { litmus in if litmus.x.loadAcquiring() == 1 { litmus.plain = 2 } },
      ])
    let failure = try XCTUnwrap(report.failure)
    XCTAssertEqual(failure.message, "data race: thread 1 and thread 0 on plain memory 0")
    XCTAssertEqual(
      failure.trace,
      [
        "thread 0  writes plain memory 0", "thread 0  store x, relaxed: 1", "thread 1  load x, acquire: 1",
        "thread 1  writes plain memory 0",
      ])
  }

  func testReadsDoNotRace() {
    let body: Body = { litmus in _ = litmus.plain }
    XCTAssertTrue(explore(setUp: { Litmus(0) }, threads: [body, body]).isComplete)
    XCTAssertNotNil(explore(setUp: { Litmus(0) }, threads: [body, { $0.plain = 1 }]).failure)
  }

  func testOrderedAccessesDoNotRace() {
    let report = explore(
      setUp: { Litmus(0) },
      threads: [
        { litmus in
          litmus.plain = 1
          litmus.x.storeReleasing(1)
        },
        { litmus in
          if litmus.x.loadAcquiring() == 1 { litmus.plain += 1 }
          litmus.y.storeReleasing(1)
        },
        { litmus in
          if litmus.y.loadAcquiring() == 1, litmus.x.loadAcquiring() == 1, litmus.z.load() == 0 {
            _ = litmus.z
          }
        },
      ])
    XCTAssertTrue(report.isComplete, "\(report)")
  }

  func testAnAccessBehindTheReleaseRaces() {
    let report = explore(
      setUp: { Litmus(0) },
      threads: [
        { litmus in
          litmus.x.storeReleasing(1)
          litmus.plain = 1
        },
        { litmus in if litmus.x.loadAcquiring() == 1 { _ = litmus.plain } },
      ])
    XCTAssertNotNil(report.failure)
  }

  func testAFailureCanBeReplayed() throws {
    let threads: [Body] = [
      { litmus in
        litmus.x.store(1)
        litmus.y.store(1)
      },
      { litmus in
        litmus.seen[0] = litmus.y.loadAcquiring()
        litmus.seen[1] = litmus.x.load()
      },
    ]
    let check: (Litmus) -> Void = { ModelThread.expect($0.seen != [1, 0], "stale") }
    let found = explore(words: ["x", "y"], setUp: { Litmus(2) }, threads: threads, check: check)
    let failure = try XCTUnwrap(found.failure)
    XCTAssertEqual(failure.trace.last, "thread 1  load x, relaxed: 0  (1 older than the latest)")
    let schedule = try XCTUnwrap(Schedule(failure.schedule.description))
    let again = explore(
      words: ["x", "y"], replaying: schedule, setUp: { Litmus(2) }, threads: threads, check: check)
    XCTAssertEqual(again.failure?.description, failure.description)
    XCTAssertEqual(again.executions, 1)
  }

  func testWhoWaitsForEverIsFound() {
    let parked = explore(setUp: { Litmus(0) }, threads: [{ _ in ModelThread.park() }, { $0.x.store(1) }])
    XCTAssertEqual(parked.failure?.message, "deadlock: thread 0 waits for ever")
    let paused = explore(
      setUp: { Litmus(0) },
      threads: [{ litmus in while litmus.x.load() == 0 { ModelThread.pause() } }, { _ in }])
    XCTAssertEqual(paused.failure?.message, "deadlock: thread 0 waits for ever")
    let spinning = explore(setUp: { Litmus(0) }, threads: [{ litmus in while litmus.x.load() == 0 {} }])
    XCTAssertEqual(spinning.failure?.message, "more than 250 steps: a thread spins; let it pause")
  }

  func testWaitingEndsWhenThereIsSomethingNew() {
    let woken = explore(
      setUp: { Litmus(0) }, threads: [{ _ in ModelThread.park() }, { _ in ModelThread.wake(0) }])
    XCTAssertTrue(woken.isComplete, "\(woken)")
    let told = explore(
      setUp: { Litmus(0) },
      threads: [
        { litmus in while litmus.x.loadAcquiring() < 2 { ModelThread.pause() } },
        { litmus in
          litmus.x.storeReleasing(1)
          litmus.x.storeReleasing(2)
        },
      ])
    XCTAssertTrue(told.isComplete, "\(told)")
  }

  func testAFailedExpectationOfAThreadIsReported() {
    let report = explore(
      setUp: { Litmus(0) }, threads: [{ $0.x.store(1) }, { ModelThread.expect($0.x.load() == 0, "it is 1") }])
    XCTAssertEqual(report.failure?.message, "it is 1")
    XCTAssertFalse(report.isComplete)
  }

  func testAnExplorationCanBeBounded() {
    let body: Body = { litmus in for _ in 0..<6 { litmus.x.store(1) } }
    let report = explore(limit: 100, setUp: { Litmus(0) }, threads: [body, body])
    XCTAssertEqual(report.executions, 100)
    XCTAssertFalse(report.isComplete)
  }
}
