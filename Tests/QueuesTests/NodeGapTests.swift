import Queues
import Streams
import Synchronization
import TestSupport
import XCTest

/// The moment in which a producer has its place in the chain and has not linked its node yet.
final class NodeGapTests: XCTestCase {
  func testWhatComesBehindTheGapWaits() throws {
    let memory = keptArena()
    let ledger = NodeLedger()
    let pool = try NodePool<NodeToken, InterruptedWord>(capacity: 8, in: &memory.arena)
    let ends = try NodeSub(
      QueueProperties(capacity: 8, waiting: .wake(WakeHook(context: 0) { _ in })), from: pool,
      in: &memory.arena
    ).sub()
    let (producer, consumer) = (NodeHeld(ends.producer), NodeHeld(ends.consumer))
    let other = NodeHeld(producer.value!.another())
    var interruptions = 0
    Interruption.during {
      interruptions += 1
      XCTAssertNil(other.value!.offer(2, ledger))
      XCTAssertEqual(consumer.value!.answer(), .pending)
      XCTAssertFalse(consumer.value!.armWakeup(), "the first producer is to wake it")
    } run: {
      XCTAssertNil(producer.value!.offer(1, ledger))
    }
    XCTAssertEqual(interruptions, 1)
    XCTAssertTrue(consumer.value!.armWakeup())
    XCTAssertEqual(consumer.value!.answer(), .value(1))
    XCTAssertEqual(consumer.value!.answer(), .value(2))
    XCTAssertEqual(consumer.value!.answer(), .pending)
  }
}

/// What happens before the next releasing store, once.
private enum Interruption {
  private nonisolated(unsafe) static var body: (() -> Void)?

  static func during(_ body: @escaping () -> Void, run: () -> Void) {
    unsafe Self.body = body
    run()
    unsafe Self.body = nil
  }

  static func happen() {
    guard let body = unsafe Self.body else { return }
    unsafe Self.body = nil
    body()
  }
}

/// A word whose releasing store can be interrupted.
private struct InterruptedWord: SharedWord, ~Copyable {
  private let word: HardwareWord

  init(_ value: UInt64) { word = HardwareWord(value) }
  func load() -> UInt64 { word.load() }
  func loadAcquiring() -> UInt64 { word.loadAcquiring() }
  func store(_ value: UInt64) { word.store(value) }
  func storeReleasing(_ value: UInt64) {
    Interruption.happen()
    word.storeReleasing(value)
  }
  func exchange(_ value: UInt64) -> UInt64 { word.exchange(value) }
  func add(_ value: UInt64) -> UInt64 { word.add(value) }
  func compareExchange(expected: UInt64, desired: UInt64) -> (exchanged: Bool, original: UInt64) {
    word.compareExchange(expected: expected, desired: desired)
  }
  static func fence() { HardwareWord.fence() }
  static func willRead(_ address: UInt) {}
  static func willWrite(_ address: UInt) {}
}
