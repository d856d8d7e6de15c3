import Buffers
import Queues
import TestSupport
import XCTest

final class ArrayStoreTests: XCTestCase {
  private typealias Store = ArrayStore<TalliedMessage>
  private let memory = TestArena(byteCount: 1 << 20)

  private func insert(_ number: Int, _ tally: TalliedMessage.Tally, into store: inout Store) -> Store.Key? {
    switch store.insert(TalliedMessage(number, tally)) {
    case .stored(let key): return key
    case .full(let message):
      XCTAssertEqual(message.number, number, "it gives back what it was given")
      return nil
    }
  }

  func testAKeyFindsItsElementUntilItIsRemoved() throws {
    let tally = TalliedMessage.Tally()
    var store = try Store(capacity: 2, in: &memory.arena)
    let key = try XCTUnwrap(insert(7, tally, into: &store))
    XCTAssertEqual(store.withElement(key) { $0.number }, 7)
    XCTAssertEqual(number(of: store.remove(key)), 7)
    XCTAssertFalse(store.contains(key))
    XCTAssertNil(store.withElement(key) { $0.number })
    XCTAssertNil(number(of: store.remove(key)))
    XCTAssertEqual(store.count, 0)
    XCTAssertEqual(tally.alive, 0)
  }

  func testAStaleKeyDoesNotFindTheNextTenant() throws {
    let tally = TalliedMessage.Tally()
    var store = try Store(capacity: 1, in: &memory.arena)
    let stale = try XCTUnwrap(insert(1, tally, into: &store))
    _ = store.remove(stale)
    let key = try XCTUnwrap(insert(2, tally, into: &store))
    XCTAssertEqual(stale.index, key.index, "there is only one place")
    XCTAssertNotEqual(stale, key)
    XCTAssertFalse(store.contains(stale))
    XCTAssertNil(number(of: store.remove(stale)))
    XCTAssertEqual(number(of: store.remove(key)), 2)
  }

  func testAFullStoreGivesTheElementBack() throws {
    let tally = TalliedMessage.Tally()
    do {
      var store = try Store(capacity: 3, in: &memory.arena)
      for number in 0..<3 { XCTAssertNotNil(insert(number, tally, into: &store)) }
      XCTAssertNil(insert(3, tally, into: &store))
      XCTAssertEqual(store.count, 3)
      XCTAssertEqual(tally.alive, 3)
    }
    XCTAssertEqual(tally.alive, 0, "what is left goes with the store")
  }

  func testElementsAreChangedInTheirPlace() throws {
    var store = try ArrayStore<Int>(capacity: 4, in: &memory.arena)
    guard case .stored(let key) = store.insert(5) else { return XCTFail("there is room") }
    XCTAssertNotNil(store.withElement(key) { $0 += 1 })
    XCTAssertEqual(store[key], 6)
    XCTAssertEqual(store.remove(key), 6)
    XCTAssertNil(store[key])
  }

  func testRefusesBadCapacities() {
    let cases: [(Int, QueueError)] = [
      (0, .capacityOutOfRange(0)), (-5, .capacityOutOfRange(-5)),
      (QueueProperties.largestCapacity + 1, .capacityOutOfRange(QueueProperties.largestCapacity + 1)),
      (1 << 24, .memoryExhausted),
    ]
    for (capacity, error) in cases {
      XCTAssertThrowsError(try makeStore(capacity)) { XCTAssertEqual($0 as? QueueError, error) }
    }
  }

  private func makeStore(_ capacity: Int) throws -> Int {
    try ArrayStore<Int>(capacity: capacity, in: &memory.arena).capacity
  }

  func testAgainstADictionary() throws {
    var random = SeededRandom()
    let seed = random.seed
    for capacity in [1, 3, 50] {
      let tally = TalliedMessage.Tally()
      var store = try Store(capacity: capacity, in: &memory.arena)
      var live: [(key: Store.Key, number: Int)] = []
      var stale: [Store.Key] = []
      for value in 0..<3_000 {
        if Bool.random(using: &random) {
          let key = insert(value, tally, into: &store)
          XCTAssertEqual(key == nil, live.count == capacity, "SEED=\(seed)")
          if let key { live.append((key, value)) }
        } else if let place = live.indices.randomElement(using: &random) {
          let (key, expected) = live.remove(at: place)
          XCTAssertEqual(number(of: store.remove(key)), expected, "SEED=\(seed)")
          stale.append(key)
        }
        if let old = stale.randomElement(using: &random) {
          XCTAssertFalse(store.contains(old), "SEED=\(seed)")
        }
        if let (key, number) = live.randomElement(using: &random) {
          XCTAssertEqual(store.withElement(key) { $0.number }, number, "SEED=\(seed)")
        }
        XCTAssertEqual(store.count, live.count)
        XCTAssertEqual(tally.alive, live.count)
      }
      XCTAssertEqual(Set(live.map(\.key.index)).count, live.count, "no two share a place")
    }
  }
}
