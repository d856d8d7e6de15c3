@testable import Exchange
import Orders
import Reactors
import Sessions
import SimulationSupport
import TestSupport
import Timing
import XCTest

/// What overtakes what on an order core, and what never does.
final class SpreadPriorityTests: XCTestCase {
  private let hosts = [OuchHost.peer(1), .peer(2), .peer(3)]

  /// The types of the messages, and who sent them, in the order of the journal: one shard, which is polled only when it
  /// has got everything.
  private func order(hasPriorities: Bool) throws -> [String] {
    var size = SpreadSize()
    size.shardCount = 1
    size.settings.hasPriorities = hasPriorities
    let machine = try SpreadMachine(size)
    machine.introduce(hosts)
    for (index, host) in hosts.enumerated() {
      _ = machine.exchange(host.packet("C\(index)", [OuchBytes.enter(1), OuchBytes.enter(2)]))
    }
    let before = machine.journal.entries.count
    machine.link.deliver(hosts[0].packet("C0", (3...6).map { OuchBytes.enter($0) } + [OuchBytes.cancel(1)]))
    machine.link.deliver(hosts[1].packet("C1", [OuchBytes.replace(1, with: 3)]))
    machine.link.deliver(
      hosts[2].packet("C2", [OuchBytes.cancel(1), OuchBytes.enter(3), OuchBytes.cancel(2)]))
    while machine.cores[0].turn() {}
    XCTAssertEqual(machine.node.value.venue.engine.underwayCount, 9)
    machine.settle()
    return machine.journal.entries[before...].map {
      "\(Character(UnicodeScalar($0.message[0])))\($0.client.text.prefix(2))"
    }
  }

  func testACancelOfAnIdleClientGoesFirstAndNeverBeforeItsOwn() throws {
    XCTAssertEqual(
      try order(hasPriorities: true),
      ["XC2", "UC1", "OC0", "OC0", "OC0", "OC0", "XC0", "OC2", "XC2"])
  }

  func testWithoutPrioritiesNothingOvertakes() throws {
    XCTAssertEqual(
      try order(hasPriorities: false),
      ["OC0", "OC0", "OC0", "OC0", "XC0", "UC1", "XC2", "OC2", "XC2"])
  }
}
