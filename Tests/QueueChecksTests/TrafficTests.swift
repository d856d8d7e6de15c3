import Buffers
import Foundation
import QueueChecks
import Queues
import Reactors
import TestSupport
import Timing
import XCTest

/// The checks of messages between cores, on threads: the same reactors, tasks and queues that run on the guest's cores.
final class TrafficTests: XCTestCase {
  private static let size = TrafficSize(link: 20_000, queue: 6_000)

  func testOneCore() throws { try run(cores: 1) }
  func testTwoCores() throws { try run(cores: 2) }
  func testFourCores() throws { try run(cores: 4) }

  func testFaultyHooksAreNoticed() throws {
    var report = HostReport()
    let machines = ThreadMachines(count: 2)
    let memory = TestArena()
    var driver = try driver(machines, in: &memory.arena)
    QueueChecks.faultyTraffic(&report, &driver, in: &memory.arena)
    XCTAssertEqual(report.failures, [])
    XCTAssertEqual(report.count, 2)
    end(driver, machines)
  }

  private func run(cores: Int) throws {
    var report = HostReport()
    let machines = ThreadMachines(count: cores)
    let memory = TestArena()
    var driver = try driver(machines, in: &memory.arena)
    QueueChecks.traffic(&report, &driver, Self.size, in: &memory.arena)
    XCTAssertEqual(report.failures, [])
    XCTAssertGreaterThan(report.count, 10)
    end(driver, machines)
  }

  private func driver(_ machines: ThreadMachines, in arena: inout Arena) throws -> TrafficDriver<ThreadCore> {
    var driver = try TrafficDriver(
      ThreadCore(number: 0, machine: machines[0]), timerSource: ThreadCore.timerSource, wake(machines[0]),
      in: &arena)
    for number in 1..<machines.count {
      let isAdded = try driver.add(wake(machines[number]), in: &arena) { station, _, _ in
        machines.start(number, Box(station)) { station in
          let core = ThreadCore(number: number, machine: machines[number])
          try? station.take().run(on: core, timerSource: ThreadCore.timerSource)
        }
        return true
      }
      XCTAssertTrue(isAdded)
    }
    return driver
  }

  private func wake(_ machine: ThreadMachine) -> CoreWake {
    CoreWake(base: machine.wakeBase, ThreadMachine.raise)
  }

  /// The stations end when the driver is gone.
  private func end(_ driver: consuming TrafficDriver<ThreadCore>, _ machines: ThreadMachines) {
    drop(driver)
    machines.join()
  }

  private func drop(_ driver: consuming TrafficDriver<ThreadCore>) {}
}

/// The cores of a run, and the threads of all but the first.
private final class ThreadMachines: Sendable {
  private let machines: [ThreadMachine]
  private let threads = DispatchGroup()

  init(count: Int) { machines = (0..<count).map { _ in ThreadMachine() } }

  var count: Int { machines.count }
  subscript(number: Int) -> ThreadMachine { machines[number] }

  func start<Value: ~Copyable>(
    _ number: Int, _ box: Box<Value>, _ body: @escaping @Sendable (Box<Value>) -> Void
  ) {
    threads.enter()
    Thread.detachNewThread { [threads] in
      body(box)
      threads.leave()
    }
  }

  func join() { threads.wait() }
}
