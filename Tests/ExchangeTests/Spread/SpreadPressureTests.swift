@testable import Exchange
import Networking
import Orders
import Reactors
import SimulationSupport
import TestSupport
import Timing
import XCTest

/// What happens when there is no room: nothing is lost, and everything goes on when there is.
final class SpreadPressureTests: XCTestCase {
  private let host = OuchHost.peer(1)

  private func makeMachine(_ change: (inout SpreadSize) -> Void = { _ in }) throws -> SpreadMachine {
    var size = SpreadSize()
    size.shardCount = 2
    change(&size)
    let machine = try SpreadMachine(size)
    machine.introduce(host)
    return machine
  }

  private func enters(_ range: ClosedRange<UInt32>) -> [[UInt8]] {
    range.map { host.packet("CLIENT", [OuchBytes.enter($0, "B", 1, "S\($0 % 7)")]) }
  }

  private func accepted(_ frames: [[UInt8]]) -> [UInt32] {
    frames.compactMap { OuchPacket($0) }.flatMap(\.messages).map { $0.big(9) }
  }

  func testFramesWaitInTheLinkWhileTooManyMessagesAreUnderWay() throws {
    let machine = try makeMachine { $0.settings.underwayCount = 4 }
    for frame in enters(1...20) { machine.link.deliver(frame) }
    while machine.cores[0].turn() {}
    XCTAssertEqual(machine.node.value.venue.engine.underwayCount, 4)
    XCTAssertEqual(machine.link.waitingFrameCount, 16)
    machine.settle()
    XCTAssertEqual(accepted(machine.link.takeSent()), Array(1...20))
    XCTAssertTrue(machine.link.isBalanced)
  }

  func testADatagramWaitsForAPlaceInTheMiddle() throws {
    let machine = try makeMachine { $0.settings.underwayCount = 3 }
    machine.link.deliver(host.packet("CLIENT", (1...12).map { OuchBytes.enter($0) }))
    while machine.cores[0].turn() {}
    XCTAssertEqual(machine.node.value.venue.engine.underwayCount, 3)
    machine.settle()
    XCTAssertEqual(accepted(machine.link.takeSent()), Array(1...12))
    XCTAssertTrue(machine.link.isBalanced)
  }

  func testNothingIsMergedWhileTheJournalHasNoRoom() throws {
    let machine = try makeMachine()
    machine.journal.mostGathered = 3
    for frame in enters(1...20) { machine.link.deliver(frame) }
    machine.settle(writes: false)
    XCTAssertEqual(machine.journal.entries.count, 3)
    XCTAssertEqual(accepted(machine.link.takeSent()), [])
    machine.journal.write()
    machine.settle(writes: false)
    XCTAssertEqual(machine.journal.entries.count, 6)
    XCTAssertEqual(accepted(machine.link.takeSent()), [1, 2, 3])
    machine.settle()
    XCTAssertEqual(accepted(machine.link.takeSent()), Array(4...20))
  }

  func testWhatIsUnderWayWhenTheDiskFailsIsNeitherJournaledNorAnswered() throws {
    let machine = try makeMachine()
    for frame in enters(1...10) { machine.link.deliver(frame) }
    while machine.cores[0].turn() {}
    machine.journal.fail()
    machine.settle()
    XCTAssertEqual(machine.node.value.venue.engine.underwayCount, 0)
    XCTAssertEqual(machine.journal.entries.count, 0)
    XCTAssertEqual(accepted(machine.link.takeSent()), [])
    let answers = machine.exchange(host.request("CLIENT", from: 1)).compactMap { OuchPacket($0) }
    XCTAssertEqual(answers.map(\.messages), [[]], "it is still asked")
  }

  func testAFloodOfNewNamesNeedsNoRoomOnAShardThatIsNotPolled() throws {
    let machine = try makeMachine()
    for number in 0..<3_000 {
      machine.link.deliver(host.packet("N\(number)", [OuchBytes.query]))
      while machine.cores[0].turn() {}
      machine.journal.write()
    }
    XCTAssertGreaterThan(machine.journal.entries.count, 2_900)
    machine.settle()
    _ = machine.link.takeSent()
    XCTAssertEqual(accepted(machine.exchange(enters(1...1)[0])), [1])
  }

  /// The balancer asks a shard that does not answer only once.
  func testAShardThatIsNotPolledIsNotAskedAgainAndAgain() throws {
    let machine = try makeMachine()
    for _ in 0..<3_000 { machine.node.use { $0.balance(machine.time.now) } }
    machine.settle()
    XCTAssertEqual(accepted(machine.exchange(enters(1...1)[0])), [1])
  }
}
