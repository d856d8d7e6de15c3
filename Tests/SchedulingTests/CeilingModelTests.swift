import TestSupport
import XCTest

/// The stack resource policy, by which urgent tasks share state with what they interrupt: in every interleaving of
/// three interrupts with the sections of five tasks.
final class CeilingModelTests: XCTestCase {
  private func explore(_ programs: CeilingPrograms, _ fault: CeilingFault? = nil, arrivals: Int = 3) -> (
    violations: Set<CeilingViolation>, states: Int, depth: Int
  ) {
    let model = CeilingModel(programs: programs, fault: fault)
    let start = CeilingState(arrivals: arrivals)
    var known: Set<CeilingState> = [start]
    var open = [start]
    var violations: Set<CeilingViolation> = []
    var depth = 0
    func reach(_ move: (inout CeilingState) -> CeilingViolation?, _ state: CeilingState) {
      var next = state
      let violation = move(&next)
      if let violation { violations.insert(violation) }
      // Who starts too early goes on, to where that leads.
      if violation == nil || violation == .startsTooEarly, known.insert(next).inserted {
        open.append(next)
      }
    }
    while let state = open.popLast() {
      depth = max(depth, state.frames.count)
      if state.arrivalsLeft > 0 {
        for level in 1..<CeilingPrograms.levelCount { reach({ model.arrive(level, &$0) }, state) }
      }
      reach({ model.advance(&$0) }, state)
    }
    return (violations, known.count, depth)
  }

  /// Sections nest in opposite orders, which with locks would be a deadlock.
  private let crossed = CeilingPrograms.nested([[0, 1], [2, 0], [1], [1, 0], [2]])

  func testNoInterleavingBreaksThePolicy() {
    let (violations, states, depth) = explore(crossed)
    XCTAssertEqual(violations, [])
    XCTAssertGreaterThan(states, 1_000, "hardly anything was explored")
    XCTAssertEqual(depth, 4, "three interrupts nest at most three times, and somewhere do")
  }

  func testNoInterleavingOfRandomSectionsBreaksThePolicy() {
    var random = SeededRandom()
    for _ in 0..<6 {
      let states = (0..<CeilingPrograms.levelCount).map { _ in
        Array([0, 1, 2].shuffled(using: &random).prefix(Int.random(in: 0...2, using: &random)))
      }
      XCTAssertEqual(explore(.nested(states)).violations, [], "\(states), SEED=\(random.seed)")
    }
  }

  /// The controls: each fault is noticed as what it is.
  func testEachFaultIsNoticed() {
    func violations(_ fault: CeilingFault) -> Set<CeilingViolation> {
      explore(crossed, fault, arrivals: 2).violations
    }
    XCTAssertEqual(violations(.raisesNothing), [.startsTooEarly, .stateIsEnteredTwice])
    XCTAssertEqual(violations(.raisesToItsOwnLevel), [.startsTooEarly, .stateIsEnteredTwice])
    XCTAssertEqual(violations(.leavesAll), [.startsTooEarly, .stateIsEnteredTwice])
    XCTAssertEqual(violations(.ignoresTheLevel), [.startsTooEarly, .stateIsEnteredTwice])
    XCTAssertEqual(violations(.forgetsWhatIsHeldBack), [.interruptIsLost, .waitsForMoreThanOneSection])
    XCTAssertEqual(violations(.waitsForTheEnd), [.waitsForMoreThanOneSection])
  }
}
