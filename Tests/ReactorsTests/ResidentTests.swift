import Reactors
import Scheduling
import TestSupport
import XCTest

final class ResidentTests: XCTestCase {
  /// What cannot be copied can be shared all the same.
  private struct Sum: ~Copyable {
    var value = 0
  }

  func testTasksWorkOnAResidentOneAfterTheOther() throws {
    let memory = TestArena()
    let stage = Stage()
    let sum = try Resident(Sum(), in: &memory.arena)
    var reactor = try Reactor<ManualCore, RoundRobin>(core: ManualCore(), in: &memory.arena)
    for number in 1...3 {
      stage.once(number) { _ in
        sum.use { $0.value += number }
        return .ready
      }
      reactor.spawn(number, on: stage)
    }
    reactor.settle()
    XCTAssertEqual(sum.use { $0.value }, 6)
  }

  func testAResidentCanBeUsedWithinAUseOfAnother() throws {
    let memory = TestArena()
    let one = try Resident(1, in: &memory.arena)
    let other = try Resident(2, in: &memory.arena)
    XCTAssertEqual(one.use { first in other.use { second in first + second } }, 3)
  }

  func testAResidentThatDoesNotFitIsRefused() {
    let memory = TestArena(byteCount: 4096)
    XCTAssertThrowsError(try Resident(InlineArray<4096, UInt64>(repeating: 0), in: &memory.arena))
  }
}
