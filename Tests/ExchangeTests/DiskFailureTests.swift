import Reactors
import Buffers
import Exchange
import Journaling
import SimulationSupport
import TestSupport
import Timing
import XCTest

/// A disk that fails: no order is answered any more, and everything else goes on.
final class DiskFailureTests: XCTestCase {
  private let host = OuchHost.peer(1)

  /// Boots, has one order answered, lets `failure` happen to the next one, and checks what still works.
  private func check(
    _ failure: (SimulatedMachine) -> Void, within duration: Timing.Duration = .milliseconds(2),
    file: StaticString = #filePath, line: UInt = #line
  ) throws {
    let machine = try SimulatedMachine(FakeDisk(sectorCount: 4096))
    var node = try machine.boot()
    node.introduce(host)
    let first = node.packets(delivering: [host.packet("A", [OuchBytes.enter(1)])]).flatMap(\.messages)
    XCTAssertEqual(first.count, 1, file: file, line: line)
    failure(machine)
    let enters = [OuchBytes.enter(2), OuchBytes.enter(3)]
    XCTAssertEqual(
      node.packets(after: duration, delivering: [host.packet("A", enters)]), [], file: file, line: line)
    XCTAssertTrue(node.journal.hasFailed, file: file, line: line)
    let later = [OuchBytes.enter(4), OuchBytes.cancel(1), OuchBytes.query, OuchBytes.replace(1, with: 9)]
    XCTAssertEqual(node.packets(delivering: [host.packet("A", later)]), [], file: file, line: line)
    XCTAssertEqual(node.orderNode.value.counters.droppedForRoom, 4, file: file, line: line)
    XCTAssertEqual(node.exchange(host.arpRequest).count, 1, "who has, is answered", file: file, line: line)
    XCTAssertEqual(
      node.stream(of: "A", to: host), first, "what was durable is sent again", file: file, line: line)
    machine.cutPower()
    node = try machine.boot()
    node.introduce(host)
    let stream = node.stream(of: "A", to: host)
    XCTAssertTrue(stream.starts(with: first), file: file, line: line)
    XCTAssertLessThanOrEqual(stream.count, 3, file: file, line: line)
    machine.reset()
  }

  func testAWriteThatFails() throws { try check { $0.medium.faults = [FakeDisk.Fault(.write)] } }

  func testAFlushThatFails() throws { try check { $0.medium.faults = [FakeDisk.Fault(.flush)] } }

  func testAFlushThatIsUnsupported() throws {
    try check { $0.medium.faults = [FakeDisk.Fault(.flush, status: .unsupported)] }
  }

  func testADiskThatDoesNotAnswer() throws { try check({ $0.disk?.isStalled = true }, within: .seconds(31)) }

  func testADiskThatIsSlowIsWaitedFor() throws {
    let machine = try SimulatedMachine(FakeDisk(sectorCount: 4096))
    let node = try machine.boot()
    node.introduce(host)
    machine.disk?.latency = 4_000_000_000...4_000_000_000
    let packets = node.packets(after: .seconds(9), delivering: [host.packet("A", [OuchBytes.enter(1)])])
    XCTAssertEqual(packets.count, 1)
    machine.reset()
  }

  func testADiskThatCannotKeepAJournalIsRefusedAtBoot() throws {
    func bootError(_ prepare: (FakeDisk) -> Void) throws -> SimulatedMachine.BootError? {
      let medium = FakeDisk(sectorCount: 4096)
      prepare(medium)
      let machine = try SimulatedMachine(medium)
      do {
        try machine.boot()
        machine.reset()
        return nil
      } catch let error as SimulatedMachine.BootError { return error }
    }
    XCTAssertNil(try bootError { _ in })
    XCTAssertEqual(try bootError { $0.isReadOnly = true }, .journal(.readOnlyDisk))
    XCTAssertEqual(try bootError { $0.canFlush = false }, .journal(.diskCannotFlush))
    XCTAssertEqual(
      try bootError { $0.overwrite(sector: 3, with: [UInt8](repeating: 7, count: 512)) },
      .journal(.notAJournal))
    XCTAssertEqual(
      try bootError { $0.faults = [FakeDisk.Fault(.read)] }, .journal(.readFailed(sector: 0)))
  }
}
