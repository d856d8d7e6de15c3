import Buffers
import Queues
import Streams
import TestSupport
import Timing
import XCTest

/// Random schedules against a plain ledger: every consumer sees every message once and in order, none passes whom it
/// depends on, and a claim waits for the slowest.
final class TurbineScheduleTests: XCTestCase {
  static let graphs: [(name: String, graph: [[Int]])] = [
    ("link", [[]]),
    ("multicast", [[], [], []]),
    ("pipeline", [[], [0], [1], [2]]),
    ("diamond", [[], [], [0, 1]]),
    ("deep diamond", [[], [0], [0], [1, 2], [3]]),
    ("shortcut", [[], [0], [0, 1]]),
    ("two ends", [[], [0], [0], []]),
  ]
  static let starts: [UInt64] = [0, 0xFFFF_FFFD, 0x7FFF_FFFF_FFFF_FFF0, .max - 5]

  private func makeGraph(_ random: inout SeededRandom) -> [[Int]] {
    (0..<Int.random(in: 1...6, using: &random)).map { index in
      Array((0..<index).shuffled(using: &random).prefix(Int.random(in: 0...4, using: &random)))
    }
  }

  private func runSingle(
    _ graph: [[Int]], told: [[Int]]? = nil, capacity: Int, toldCapacity: Int? = nil, start: UInt64,
    steps: Int,
    departures: Bool, _ random: inout SeededRandom
  ) throws -> Set<String> {
    let memory = TestArena(byteCount: 1 << 20)
    defer { withExtendedLifetime(memory) {} }
    let (plan, stages) = makePlan(graph)
    let ends = try Turbine<Entry, HardwareWord>(
      QueueProperties(capacity: capacity, firstSequence: start), plan, in: &memory.arena
    ) { _ in Entry(-1) }.link()
    let producer = ProducerBox(ends.producer)
    var untaken = ends.consumers
    let consumers = stages.map { ConsumerBox(untaken.take($0)) }
    let ledger = TurbineLedger(capacity: toldCapacity ?? capacity, graph: told ?? graph)
    var bench = TurbineBench([producer], consumers, ledger, isShared: false)
    for _ in 0..<steps { try bench.step(&random, departures: departures) }
    bench.finish()
    return bench.complaints
  }

  private func runShared(
    _ graph: [[Int]], producers count: Int, capacity: Int, start: UInt64, steps: Int, departures: Bool,
    _ random: inout SeededRandom
  ) throws -> Set<String> {
    let memory = TestArena(byteCount: 1 << 20)
    defer { withExtendedLifetime(memory) {} }
    let (plan, stages) = makePlan(graph)
    let ends = try TurbineSub<Entry, HardwareWord>(
      QueueProperties(capacity: capacity, firstSequence: start), plan, producers: count, in: &memory.arena
    ) { _ in Entry(-1) }.link()
    var untakenProducers = ends.producers
    var untaken = ends.consumers
    let producers = (0..<count).map { _ in ProducerBox(untakenProducers.take()!) }
    let consumers = stages.map { ConsumerBox(untaken.take($0)) }
    let ledger = TurbineLedger(capacity: capacity, graph: graph)
    var bench = TurbineBench(producers, consumers, ledger, isShared: true)
    for _ in 0..<steps { try bench.step(&random, departures: departures) }
    bench.finish()
    return bench.complaints
  }

  func testNamedGraphsOfOneProducer() throws {
    var random = SeededRandom()
    for (name, graph) in Self.graphs {
      for capacity in [1, 2, 3, 8, 13] {
        for start in Self.starts {
          let complaints = try runSingle(
            graph, capacity: capacity, start: start, steps: 300, departures: false, &random)
          XCTAssertEqual(complaints, [], "\(name), capacity \(capacity), from \(start), SEED=\(random.seed)")
        }
      }
    }
  }

  func testRandomGraphsWithDepartures() throws {
    var random = SeededRandom()
    for _ in 0..<200 {
      let graph = makeGraph(&random)
      let (capacity, start) = (
        Int.random(in: 1...20, using: &random), Self.starts.randomElement(using: &random)!
      )
      let complaints = try runSingle(
        graph, capacity: capacity, start: start, steps: 250, departures: true, &random)
      XCTAssertEqual(complaints, [], "\(graph), capacity \(capacity), from \(start), SEED=\(random.seed)")
    }
  }

  func testNamedGraphsOfManyProducers() throws {
    var random = SeededRandom()
    for (name, graph) in Self.graphs {
      for capacity in [1, 2, 3, 8, 13] {
        for start in Self.starts {
          let complaints = try runShared(
            graph, producers: 3, capacity: capacity, start: start, steps: 300, departures: false, &random)
          XCTAssertEqual(complaints, [], "\(name), capacity \(capacity), from \(start), SEED=\(random.seed)")
        }
      }
    }
  }

  func testRandomGraphsOfManyProducersWithDepartures() throws {
    var random = SeededRandom()
    for _ in 0..<200 {
      let graph = makeGraph(&random)
      let (capacity, start) = (
        Int.random(in: 1...20, using: &random), Self.starts.randomElement(using: &random)!
      )
      let complaints = try runShared(
        graph, producers: Int.random(in: 1...5, using: &random), capacity: capacity, start: start, steps: 250,
        departures: true, &random)
      XCTAssertEqual(complaints, [], "\(graph), capacity \(capacity), from \(start), SEED=\(random.seed)")
    }
  }

  // MARK: - Controls

  /// A consumer that ignores its dependency is noticed.
  func testAConsumerThatPassesItsDependencyIsNoticed() throws {
    var random = SeededRandom(seed: 5)
    let complaints = try runSingle(
      [[], []], told: [[], [0]], capacity: 8, start: 0, steps: 300, departures: false, &random)
    XCTAssertTrue(complaints.contains("passed its dependency"), "\(complaints)")
  }

  /// A producer that does not wait for the slowest reader is noticed.
  func testAProducerThatOverwritesIsNoticed() throws {
    var random = SeededRandom(seed: 6)
    let complaints = try runSingle(
      [[], []], capacity: 8, toldCapacity: 7, start: 0, steps: 300, departures: false, &random)
    XCTAssertTrue(complaints.contains("claimed before the slowest reader"), "\(complaints)")
  }

  /// A consumer that repeats, loses, or reads early is noticed.
  func testReadingSomethingElseIsNoticed() {
    var ledger = TurbineLedger(capacity: 4, graph: [[]])
    ledger.publish(ledger.claim(2), [7, 8])
    ledger.read(0, 7)
    XCTAssertEqual(ledger.complaints, [])
    ledger.read(0, 7)
    XCTAssertEqual(ledger.complaints, ["read something else"])
    ledger.read(0, 9)
    XCTAssertEqual(ledger.complaints, ["read something else", "read what is not there"])
    _ = ledger.claim(1)
    ledger.read(0, 9)
    XCTAssertTrue(ledger.complaints.contains("read what is not published"))
  }
}
