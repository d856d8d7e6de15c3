import InterleavingSupport
import XCTest

/// The explorer against what is known of acquire and release.
final class LitmusTests: XCTestCase {
  private typealias Body = (Litmus) -> Void

  private func outcomes(
    _ count: Int, _ threads: Body..., file: StaticString = #filePath, line: UInt = #line
  ) -> Set<[UInt64]> {
    let reduced = Litmus.outcomes(of: count, threads)
    let all = Litmus.outcomes(of: count, threads, reduction: .none)
    XCTAssertTrue(
      reduced.report.isComplete && all.report.isComplete, "\(reduced.report)", file: file, line: line)
    XCTAssertEqual(reduced.outcomes, all.outcomes, "the reduction loses outcomes", file: file, line: line)
    XCTAssertLessThanOrEqual(reduced.report.executions, all.report.executions, file: file, line: line)
    return reduced.outcomes
  }

  func testMessagePassingByReleaseAndAcquire() {
    let reader: Body = { litmus in
      litmus.seen[0] = litmus.y.loadAcquiring()
      litmus.seen[1] = litmus.x.load()
    }
    let released = outcomes(
      2,
      {
        $0.x.store(1); $0.y.storeReleasing(1)
      }, reader)
    XCTAssertEqual(released, [[0, 0], [0, 1], [1, 1]])
    let relaxed = outcomes(
      2,
      {
        $0.x.store(1); $0.y.store(1)
      }, reader)
    XCTAssertEqual(relaxed, [[0, 0], [0, 1], [1, 1], [1, 0]])
    let unacquired = outcomes(
      2,
      {
        $0.x.store(1); $0.y.storeReleasing(1)
      },
      {
        $0.seen[0] = $0.y.load(); $0.seen[1] = $0.x.load()
      })
    XCTAssertEqual(unacquired, relaxed)
  }

  func testMessagePassingByFences() {
    let fenced = outcomes(
      2,
      { litmus in
        litmus.x.store(1)
        ModelWord.fence()
        litmus.y.store(1)
      },
      { litmus in
        litmus.seen[0] = litmus.y.load()
        ModelWord.fence()
        litmus.seen[1] = litmus.x.load()
      })
    XCTAssertEqual(fenced, [[0, 0], [0, 1], [1, 1]])
  }

  func testStoreBuffering() {
    func bodies(fenced: [Bool]) -> [Body] {
      [
        { litmus in
          litmus.x.storeReleasing(1)
          if fenced[0] { ModelWord.fence() }
          litmus.seen[0] = litmus.y.loadAcquiring()
        },
        { litmus in
          litmus.y.storeReleasing(1)
          if fenced[1] { ModelWord.fence() }
          litmus.seen[1] = litmus.x.loadAcquiring()
        },
      ]
    }
    let weak: Set<[UInt64]> = [[0, 0], [0, 1], [1, 0], [1, 1]]
    for fenced in [[false, false], [true, false], [false, true]] {
      let threads = bodies(fenced: fenced)
      XCTAssertEqual(outcomes(2, threads[0], threads[1]), weak)
    }
    let threads = bodies(fenced: [true, true])
    XCTAssertEqual(outcomes(2, threads[0], threads[1]), weak.subtracting([[0, 0]]))
  }

  func testIndependentReadsOfIndependentWrites() {
    let acquired = outcomes(
      4, { $0.x.storeReleasing(1) }, { $0.y.storeReleasing(1) },
      {
        $0.seen[0] = $0.x.loadAcquiring(); $0.seen[1] = $0.y.loadAcquiring()
      },
      {
        $0.seen[2] = $0.y.loadAcquiring(); $0.seen[3] = $0.x.loadAcquiring()
      })
    XCTAssertEqual(acquired.count, 16)
    let fenced = outcomes(
      4, { $0.x.storeReleasing(1) }, { $0.y.storeReleasing(1) },
      { litmus in
        litmus.seen[0] = litmus.x.load()
        ModelWord.fence()
        litmus.seen[1] = litmus.y.load()
      },
      { litmus in
        litmus.seen[2] = litmus.y.load()
        ModelWord.fence()
        litmus.seen[3] = litmus.x.load()
      })
    XCTAssertEqual(acquired.subtracting(fenced), [[1, 0, 1, 0]])
  }

  func testOneWordIsCoherent() {
    let seen = outcomes(
      3,
      {
        $0.x.store(1); $0.x.store(2)
      },
      {
        $0.seen[0] = $0.x.load(); $0.seen[1] = $0.x.load(); $0.seen[2] = $0.x.load()
      })
    XCTAssertEqual(seen.count, 10)
    XCTAssertTrue(seen.allSatisfy { $0 == $0.sorted() }, "\(seen)")
  }

  func testWhatAThreadSawTheNextOneItTellsSees() {
    // A read is handed on like a write: the third thread cannot look behind what the second saw.
    let seen = outcomes(
      3, { $0.x.store(1) },
      {
        $0.seen[0] = $0.x.load(); $0.y.storeReleasing(1)
      },
      {
        $0.seen[1] = $0.y.loadAcquiring(); $0.seen[2] = $0.x.load()
      })
    XCTAssertFalse(seen.contains([1, 1, 0]))
    XCTAssertTrue(seen.contains([1, 0, 0]) && seen.contains([0, 1, 0]) && seen.contains([1, 1, 1]))
  }

  func testReadModifyWriteIsAtomic() {
    XCTAssertEqual(
      outcomes(2, { $0.seen[0] = $0.x.add(1) }, { $0.seen[1] = $0.x.add(1) }), [[0, 1], [1, 0]])
    XCTAssertEqual(
      outcomes(2, { $0.seen[0] = $0.x.exchange(1) }, { $0.seen[1] = $0.x.exchange(2) }), [[0, 1], [2, 0]])
    let exchanged = outcomes(
      2, { $0.seen[0] = $0.x.compareExchange(expected: 0, desired: 1).exchanged ? 1 : 0 },
      { $0.seen[1] = $0.x.compareExchange(expected: 0, desired: 1).exchanged ? 1 : 0 })
    XCTAssertEqual(exchanged, [[0, 1], [1, 0]])
    let torn = outcomes(
      2,
      {
        $0.seen[0] = $0.x.load(); $0.x.store($0.seen[0] + 1)
      },
      {
        $0.seen[1] = $0.x.load(); $0.x.store($0.seen[1] + 1)
      })
    XCTAssertTrue(torn.contains([0, 0]))
  }

  func testReleaseSequences() {
    let reader: Body = { litmus in
      litmus.seen[0] = litmus.y.loadAcquiring()
      litmus.seen[1] = litmus.x.load()
    }
    // A read-modify-write of another thread continues the sequence; a store does not.
    let continued = outcomes(
      2,
      {
        $0.x.store(1); $0.y.storeReleasing(1)
      }, { _ = $0.y.add(4) }, reader)
    XCTAssertFalse(continued.contains([5, 0]))
    XCTAssertTrue(continued.contains([4, 0]) && continued.contains([5, 1]))
    let broken = outcomes(
      2,
      {
        $0.x.store(1); $0.y.storeReleasing(1); $0.y.store(5)
      }, reader)
    XCTAssertTrue(broken.contains([5, 0]))
  }
}
