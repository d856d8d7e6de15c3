import XCTest

/// Every interleaving of interrupts with a core that takes, serves and halts.
final class InterruptInterleavingTests: XCTestCase {
  /// All states that three sources can lead to which raise so many interrupts each, wherever these come.
  private func explore(_ fault: InterruptFault?, raises: SIMD4<UInt8>) throws -> (
    violations: Set<InterruptViolation>, states: Int, sleeps: Int
  ) {
    let rules = try InterruptProtocol(fault: fault)
    let start = InterruptProtocolState(left: raises)
    var known: Set<InterruptProtocolState> = [start]
    var open = [start]
    var violations: Set<InterruptViolation> = []
    var sleeps = 0
    while let state = open.popLast() {
      for source in 0..<InterruptProtocolState.sourceCount where state.left[source] > 0 {
        var next = state
        rules.raise(source, &next)
        if known.insert(next).inserted { open.append(next) }
      }
      var next = state
      if state.step == .sleep { sleeps += 1 }
      if let violation = rules.advance(&next) {
        violations.insert(violation)
      } else if known.insert(next).inserted {
        open.append(next)
      }
    }
    return (violations, known.count, sleeps)
  }

  func testNoInterleavingLosesRepeatsReordersOrSleepsThroughAMark() throws {
    let (violations, states, sleeps) = try explore(nil, raises: [2, 2, 2, 0])
    XCTAssertEqual(violations, [])
    XCTAssertGreaterThan(states, 10_000, "hardly anything was explored")
    XCTAssertGreaterThan(sleeps, 20, "the core hardly slept")
  }

  /// The controls: each fault of the protocol is noticed as what it is.
  func testEachFaultIsNoticed() throws {
    func violations(_ fault: InterruptFault) throws -> Set<InterruptViolation> {
      try explore(fault, raises: [1, 2, 1, 0]).violations
    }
    XCTAssertEqual(try violations(.clearsBeforeReading), [.isOutOfOrder])
    XCTAssertEqual(try violations(.looksThenHalts), [.sleepsWithAMark])
    XCTAssertEqual(try violations(.enablesBeforeHalting), [.sleepsWithAMark])
    XCTAssertEqual(try violations(.stampsEachTime), [.isOutOfOrder])
    XCTAssertEqual(try violations(.clearsTheWord), [.markIsLost])
    XCTAssertEqual(try violations(.clearsNothing), [.markIsServedTwice])
    XCTAssertEqual(try violations(.servesByNumber), [.isOutOfOrder])
  }
}
