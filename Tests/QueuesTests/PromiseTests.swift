import Buffers
import Queues
import Streams
import Synchronization
import TestSupport
import XCTest

/// Loads of all words since the last question.
private let loads = Atomic<Int>(0)

/// A word that counts how often it is looked at.
private struct CountingWord: SharedWord, ~Copyable {
  private let word: HardwareWord

  init(_ value: UInt64) { word = HardwareWord(value) }
  func load() -> UInt64 {
    loads.wrappingAdd(1, ordering: .relaxed)
    return word.load()
  }
  func loadAcquiring() -> UInt64 {
    loads.wrappingAdd(1, ordering: .relaxed)
    return word.loadAcquiring()
  }
  func store(_ value: UInt64) { word.store(value) }
  func storeReleasing(_ value: UInt64) { word.storeReleasing(value) }
  func exchange(_ value: UInt64) -> UInt64 { word.exchange(value) }
  func add(_ value: UInt64) -> UInt64 { word.add(value) }
  func compareExchange(expected: UInt64, desired: UInt64) -> (exchanged: Bool, original: UInt64) {
    word.compareExchange(expected: expected, desired: desired)
  }
  static func fence() { HardwareWord.fence() }
  static func willRead(_ address: UInt) {}
  static func willWrite(_ address: UInt) {}
}

/// What the documentation promises of all queues, where one of them did not keep it.
final class PromiseTests: XCTestCase {
  private static let hook = WaitStrategy.wake(WakeHook(context: 0) { _ in })

  /// A push looks at each place once, not at all of them each time, whatever else it has to think of.
  func testAWatchedPushStaysCheap() throws {
    let capacity = 1024
    let kinds: [QueueProperties] = [
      QueueProperties(capacity: capacity), QueueProperties(capacity: capacity, waiting: Self.hook),
      QueueProperties(capacity: capacity, watermarks: Watermarks(low: 1, high: capacity)),
    ]
    for properties in kinds {
      let memory = keptArena()
      var queue = try VecShare<Int, CountingWord>(consumers: 1, properties, in: &memory.arena)
      var consumer = try queue.sub()
      var producer = queue.pub()
      loads.store(0, ordering: .relaxed)
      for number in 0..<5 * capacity {
        XCTAssertNil(producer.push(number))
        XCTAssertEqual(consumer.select(1), number)
      }
      XCTAssertLessThan(
        loads.load(ordering: .relaxed) / (5 * capacity), 20, "looks at words for each message")
    }
  }

  /// A consumer that nobody would wake is not told to sleep.
  func testWhoSpinsIsNeverToldToSleep() throws {
    let memory = keptArena()
    let properties = QueueProperties(capacity: 2)
    var link = try Channel<Int>.create(.link, over: .vec, properties, in: &memory.arena).link()
    var turbine = try Channel<Int>.create(.link, over: .turbine, properties, in: &memory.arena) { _ in 0 }
      .link()
    var pipe = try Channel<UInt8>.create(.link, over: .pipe, properties, in: &memory.arena).link()
    XCTAssertTrue(link.consumer.armWakeup())
    XCTAssertTrue(turbine.consumer.armWakeup())
    XCTAssertTrue(pipe.consumer.armWakeup())
  }

  func testADrainTakesNoMoreThanABatch() throws {
    let memory = keptArena()
    var ends = try Channel<Int>.create(
      .link, over: .vec, QueueProperties(capacity: 8, batch: 3), in: &memory.arena
    ).link()
    XCTAssertEqual(ends.producer.push(upTo: 8) { $0 }, 8)
    var taken: [Int] = []
    XCTAssertEqual(ends.consumer.drain(upTo: 8) { taken.append($0) }, 3)
    XCTAssertEqual(ends.consumer.drain(upTo: 2) { taken.append($0) }, 2)
    XCTAssertEqual(taken, [0, 1, 2, 3, 4])
  }

  func testTheReaderOfPriorityClassesLearnsWhatItLost() throws {
    let memory = keptArena()
    let properties = QueueProperties(capacity: 2, overflow: .dropOldest)
    var queue = try Channel<Int>.create(
      .local, over: .vec, properties, classes: .strict(2), in: &memory.arena)
    for number in 0..<5 { XCTAssertNil(queue.push(number, class: number % 2)) }
    XCTAssertEqual(queue.takeLostCount(), 1)
    XCTAssertEqual((0..<4).map { _ in queue.select(1) }, [2, 4, 1, 3])
  }

  /// Ends may go to other cores: compiled is proved.
  func testEndsAreSendable() throws {
    func check<End: Sendable & ~Copyable>(_ end: borrowing End) {}
    let memory = keptArena()
    let ends = try Channel<Int>.create(.link, over: .vec, QueueProperties(capacity: 2), in: &memory.arena)
      .link()
    check(ends)
  }
}
