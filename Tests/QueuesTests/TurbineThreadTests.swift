import Buffers
import Foundation
import Queues
import Streams
import Synchronization
import TestSupport
import Timing
import XCTest

/// Real threads, each with one end; on few cores they mostly show that nobody waits for ever.
final class TurbineThreadTests: XCTestCase {
  /// Where sleepers sleep.
  private static let beds = (0..<2).map { _ in DispatchSemaphore(value: 0) }

  private typealias Cursor = TurbineConsumer<Batch, HardwareWord>

  /// A message that knows which batch it is of.
  private struct Batch {
    var producer = 0
    var number = 0
    var index = 0
    var count = 0
  }

  /// Hands an end over to a thread.
  private final class Box<End: ~Copyable>: @unchecked Sendable {
    private var end: End?
    init(_ end: consuming End) { self.end = consume end }
    func take() -> End { end.take()! }
  }

  /// What consumers have read, by consumer and producer, and what was wrong.
  private final class Report: Sendable {
    private let state = Mutex<(read: [[Int]], wrong: [String])>(([], []))
    /// Messages that each of eight consumers has seen, raised before it lets go of them.
    let seen: InlineArray<8, Atomic<Int>> = InlineArray { _ in Atomic(0) }

    func note(_ read: [Int]) { state.withLock { $0.read.append(read) } }
    func complain(_ text: String) { state.withLock { $0.wrong.append(text) } }
    var read: [[Int]] { state.withLock { $0.read } }
    var wrong: [String] { state.withLock { $0.wrong } }
  }

  private final class Threads {
    private let group = DispatchGroup()

    func start(_ body: @escaping @Sendable () -> Void) {
      group.enter()
      let group = group
      Thread {
        body()
        group.leave()
      }.start()
    }

    /// False when they are still not done after a time in which they would have been done many times over.
    func wait() -> Bool { group.wait(timeout: .now() + 60) == .success }
  }

  /// Reads to the end, or until it has read `most`, checking that batches are whole and in each producer's order, and
  /// that nothing is read before those in `ahead` have seen it.
  private static func consume(
    _ box: Box<Cursor>, _ index: Int, ahead: [Int], producers: Int, most: Int = .max, _ report: Report
  ) {
    var consumer = box.take()
    var random = SeededRandom(seed: UInt64(index + 1))
    var next = Array(repeating: 0, count: producers)
    var (inBatch, total) = (0, 0)
    while total < most, !consumer.hasEnded {
      let wanted = Int.random(in: 1...16, using: &random)
      let taken = consumer.read(upTo: wanted) { message, _ in
        for other in ahead where report.seen[other].load(ordering: .relaxed) <= total {
          report.complain("\(index) passed \(other)")
        }
        if message.index != inBatch { report.complain("\(index) saw a batch within another") }
        if message.number != next[message.producer] { report.complain("\(index) saw another order") }
        next[message.producer] += 1
        inBatch = message.index + 1 == message.count ? 0 : message.index + 1
        total += 1
        report.seen[index].store(total, ordering: .relaxed)
      }
      // Whoever waits for producers only finds batches whole.
      if ahead.isEmpty, taken < wanted, inBatch > 0 { report.complain("\(index) saw a torn batch") }
      if taken == 0 { sched_yield() }
    }
    if most == .max { report.note(next) }
  }

  func testADiamondOfOneProducerWithAConsumerThatLeaves() throws {
    let memory = TestArena()
    defer { withExtendedLifetime(memory) {} }
    let count = 60_000
    let (plan, stages) = makePlan([[], [], [0, 1], [0]])
    let ends = try Turbine<Batch, HardwareWord>(
      QueueProperties(capacity: 61, firstSequence: .max - 1000), plan, in: &memory.arena
    ) { _ in Batch() }.link()
    var untaken = ends.consumers
    let boxes = stages.map { Box<Cursor>(untaken.take($0)!) }
    let producer = Box(ends.producer)
    let report = Report()
    let threads = Threads()
    for (index, ahead) in [[], [], [0, 1]].enumerated() {
      threads.start { Self.consume(boxes[index], index, ahead: ahead, producers: 1, report) }
    }
    threads.start { Self.consume(boxes[3], 3, ahead: [0], producers: 1, most: count / 3, report) }
    threads.start {
      var producer = producer.take()
      var (number, random) = (0, SeededRandom(seed: 77))
      while number < count {
        let size = min(count - number, Int.random(in: 1...8, using: &random))
        guard (try? producer.claim(size)) == true else {
          sched_yield()
          continue
        }
        for index in 0..<size { producer[index] = Batch(number: number + index, index: index, count: size) }
        number += size
        if (try? producer.publish()) == nil { report.complain("no publication") }
      }
    }
    XCTAssertTrue(threads.wait(), "somebody waits for ever")
    XCTAssertEqual(report.wrong.prefix(3), [])
    XCTAssertEqual(report.read, Array(repeating: [count], count: 3))
  }

  func testManyProducersSomeOfWhomLeaveWithAnOpenClaim() throws {
    let memory = TestArena()
    defer { withExtendedLifetime(memory) {} }
    let count = 15_000
    let (plan, stages) = makePlan([[], [0], []])
    let ends = try TurbineSub<Batch, HardwareWord>(
      QueueProperties(capacity: 48, firstSequence: .max - 1000), plan, producers: 6, in: &memory.arena
    ) { _ in Batch() }.link()
    var untaken = ends.consumers
    var producers = ends.producers
    let boxes = stages.map { Box<Cursor>(untaken.take($0)!) }
    let report = Report()
    let threads = Threads()
    for (index, ahead) in [[], [0], []].enumerated() {
      threads.start { Self.consume(boxes[index], index, ahead: ahead, producers: 6, report) }
    }
    for name in 0..<6 {
      let box = Box(producers.take()!)
      // The later ones leave early.
      let most = name < 3 ? count : name * 100
      threads.start {
        var producer = box.take()
        var (number, random) = (0, SeededRandom(seed: UInt64(name)))
        while number < most {
          let size = min(most - number, Int.random(in: 1...8, using: &random))
          guard (try? producer.claim(size)) == true else {
            sched_yield()
            continue
          }
          for index in 0..<size {
            producer[index] = Batch(producer: name, number: number + index, index: index, count: size)
          }
          number += size
          if (try? producer.publish()) == nil { report.complain("no publication") }
        }
        while name >= 3, (try? producer.claim(3)) == false { sched_yield() }
      }
    }
    XCTAssertTrue(threads.wait(), "somebody waits for ever")
    XCTAssertEqual(report.wrong.prefix(3), [])
    XCTAssertEqual(report.read, Array(repeating: [count, count, count, 300, 400, 500], count: 3))
  }

  /// Reads to the end, asleep whenever there is nothing.
  private static func consumeAsleep(_ box: Box<Cursor>, _ index: Int, _ report: Report) {
    var consumer = box.take()
    var next = [0, 0]
    while !consumer.hasEnded {
      let taken = consumer.read(upTo: 3) { message, _ in
        if message.number != next[message.producer] { report.complain("\(index) saw another order") }
        next[message.producer] += 1
      }
      guard taken == 0, !consumer.armWakeup() else { continue }
      if beds[index].wait(timeout: .now() + 20) != .success {
        return report.complain("\(index) was not woken")
      }
    }
    report.note(next)
  }

  func testSleepersAreWoken() throws {
    let memory = TestArena()
    defer { withExtendedLifetime(memory) {} }
    let count = 10_000
    var plan = TurbinePlan()
    let hook: @convention(c) (UInt) -> Void = { TurbineThreadTests.beds[Int($0)].signal() }
    let first = plan.consumer(waiting: .wake(WakeHook(context: 0, hook)))
    let last = plan.consumer(after: first, waiting: .wake(WakeHook(context: 1, hook)))
    let ends = try TurbineSub<Batch, HardwareWord>(
      QueueProperties(capacity: 5, firstSequence: .max - 100), plan, producers: 2, in: &memory.arena
    ) { _ in Batch() }.link()
    var untaken = ends.consumers
    var producers = ends.producers
    let report = Report()
    let threads = Threads()
    for (index, stage) in [first, last].enumerated() {
      let box = Box<Cursor>(untaken.take(stage)!)
      threads.start { Self.consumeAsleep(box, index, report) }
    }
    for name in 0..<2 {
      let box = Box(producers.take()!)
      threads.start {
        var producer = box.take()
        for number in 0..<count {
          while producer.push(Batch(producer: name, number: number)) != nil { sched_yield() }
        }
      }
    }
    XCTAssertTrue(threads.wait(), "somebody waits for ever")
    XCTAssertEqual(report.wrong.prefix(3), [])
    XCTAssertEqual(report.read, [[count, count], [count, count]])
  }
}
