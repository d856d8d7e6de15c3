import Buffers
import Queues
import Streams
import TestSupport
import XCTest

final class BufferPoolTests: XCTestCase {
  typealias Pool = BufferPool<HardwareWord>
  typealias Unique = UniqueBuffer<HardwareWord>
  typealias Shared = SharedBuffer<HardwareWord>

  func testAgainstAModel() throws {
    var random = SeededRandom()
    let seed = random.seed
    for capacity in [1, 2, 3, 17] {
      let memory = keptArena()
      let pool = try Pool(capacity: capacity, byteCount: 24, in: &memory.arena)
      var lent = LentBuffers()
      let difference = lent.firstDifference(
        &random, operationCount: 4_000, capacity: capacity, lentCount: { pool.lentCount },
        take: { pool.take() })
      XCTAssertNil(difference, "capacity \(capacity), SEED=\(seed)")
      lent = LentBuffers()
      XCTAssertEqual(pool.lentCount, 0, "SEED=\(seed)")
    }
  }

  func testTheModelNoticesABrokenPool() throws {
    var random = SeededRandom()
    let memory = keptArena()
    let pool = try Pool(capacity: 8, byteCount: 24, in: &memory.arena)
    for fault in ["too many", "wrong balance"] {
      var lent = LentBuffers()
      let difference = lent.firstDifference(
        &random, operationCount: 4_000, capacity: fault == "too many" ? 7 : 8,
        lentCount: { pool.lentCount == 5 && fault == "wrong balance" ? 4 : pool.lentCount },
        take: { pool.take() })
      XCTAssertNotNil(difference, "\(fault) went unnoticed, SEED=\(random.seed)")
    }
    XCTAssertEqual(pool.lentCount, 0)
  }

  func testABufferIsWrittenOnceAndReadEverywhere() throws {
    let memory = keptArena()
    let pool = try Pool(capacity: 2, byteCount: 100, in: &memory.arena)
    XCTAssertEqual(pool.capacity, 2)
    XCTAssertEqual(pool.bufferByteCount, 100)
    guard var buffer = pool.take() else { return XCTFail("a new pool is empty") }
    XCTAssertEqual(buffer.byteCount, 0)
    XCTAssertEqual(buffer.capacity, 100)
    buffer.fill(with: 42, byteCount: 100)
    XCTAssertEqual(buffer.value(), 42)
    let shared = buffer.share()
    let other = shared.clone()
    XCTAssertEqual(pool.lentCount, 1, "two owners, one buffer")
    _ = consume shared
    XCTAssertEqual(pool.lentCount, 1)
    XCTAssertEqual(other.value(), 42)
    _ = consume other
    XCTAssertEqual(pool.lentCount, 0)
  }

  func testOwnershipTravelsThroughAQueueAndNoBytesDo() throws {
    let memory = keptArena()
    let pool = try Pool(capacity: 4, byteCount: 64, in: &memory.arena)
    var ends = try Channel<Unique>.create(.link, over: .vec, QueueProperties(capacity: 4), in: &memory.arena)
      .link()
    for value in 0..<UInt8(3) {
      guard var buffer = pool.take() else { return XCTFail("the pool is empty") }
      buffer.fill(with: value, byteCount: 64)
      if ends.producer.push(buffer) != nil { XCTFail("the queue is full") }
    }
    for value in 0..<UInt8(2) {
      guard let buffer = ends.consumer.select(1) else { return XCTFail("the queue is empty") }
      XCTAssertEqual(buffer.value(), value)
    }
    XCTAssertEqual(pool.lentCount, 1)
    _ = consume ends
    XCTAssertEqual(pool.lentCount, 0, "what is left in a queue goes back too")
  }

  func testRefusesToBeMadeOfNonsense() throws {
    let memory = keptArena(byteCount: 4_096)
    for (capacity, byteCount, error) in [
      (0, 8, QueueError.capacityOutOfRange(0)), (-1, 8, .capacityOutOfRange(-1)),
      (1 << 24 + 1, 8, .capacityOutOfRange(1 << 24 + 1)), (1, 0, .capacityOutOfRange(0)),
      (1, 1 << 30 + 1, .capacityOutOfRange(1 << 30 + 1)), (1 << 24, 1 << 30, .memoryExhausted),
      (1, 1 << 13, .memoryExhausted),
    ] {
      XCTAssertThrowsError(try Pool(capacity: capacity, byteCount: byteCount, in: &memory.arena)) {
        XCTAssertEqual($0 as? QueueError, error)
      }
    }
  }
}

extension UniqueBuffer where Word: ~Copyable {
  /// Writes `value` to the first `byteCount` bytes.
  mutating func fill(with value: UInt8, byteCount: Int) {
    do {
      var bytes = buffer
      for index in 0..<byteCount { bytes.storeBytes(of: value, toByteOffset: index, as: UInt8.self) }
    }
    resize(to: byteCount)
  }

  borrowing func value() -> UInt8? { commonValue(bytes) }
}

extension SharedBuffer where Word: ~Copyable {
  borrowing func value() -> UInt8? { commonValue(bytes) }
}

/// What all bytes are; nothing when they differ.
private func commonValue(_ bytes: RawSpan) -> UInt8? {
  guard !bytes.isEmpty else { return nil }
  for index in 0..<bytes.byteCount where bytes.byte(index) != bytes.byte(0) { return nil }
  return bytes.byte(0)
}

/// All buffers that a test has, with what must be in them.
private struct LentBuffers {
  private struct Entry {
    var owners: [Owner]
    let value: UInt8
  }

  private enum Owner {
    case unique(NodeHeld<BufferPoolTests.Unique>)
    case shared(NodeHeld<BufferPoolTests.Shared>)
  }

  private var entries: [Entry] = []

  /// Takes, shares, clones and drops buffers at random.
  ///
  /// - Returns: the first difference to what a pool must do, if there is one.
  mutating func firstDifference(
    _ random: inout SeededRandom, operationCount: Int, capacity: Int, lentCount: () -> Int,
    take: () -> BufferPoolTests.Unique?
  ) -> String? {
    for number in 0..<operationCount {
      if Int.random(in: 0..<3, using: &random) == 0 {
        if let difference = takeOne(value: UInt8(truncatingIfNeeded: number), capacity, take) {
          return difference
        }
      } else if let index = entries.indices.randomElement(using: &random) {
        guard hasItsValue(index) else { return "a buffer was overwritten" }
        change(index, &random)
      }
      if lentCount() != entries.count { return "\(lentCount()) are lent, expected \(entries.count)" }
    }
    return nil
  }

  private mutating func takeOne(
    value: UInt8, _ capacity: Int, _ take: () -> BufferPoolTests.Unique?
  ) -> String? {
    guard var buffer = take() else { return entries.count == capacity ? nil : "a buffer is missing" }
    guard entries.count < capacity else { return "too many buffers" }
    buffer.fill(with: value, byteCount: 24)
    entries.append(Entry(owners: [.unique(NodeHeld(buffer))], value: value))
    return nil
  }

  private mutating func change(_ index: Int, _ random: inout SeededRandom) {
    let owner = entries[index].owners.indices.randomElement(using: &random)!
    switch entries[index].owners[owner] {
    case .unique(let held) where Bool.random(using: &random):
      entries[index].owners = [.shared(NodeHeld(held.taken().share()))]
    case .shared(let held) where Bool.random(using: &random):
      entries[index].owners.append(.shared(NodeHeld(held.value!.clone())))
    default:
      entries[index].owners.remove(at: owner)
      if entries[index].owners.isEmpty { entries.remove(at: index) }
    }
  }

  private func hasItsValue(_ index: Int) -> Bool {
    entries[index].owners.allSatisfy {
      switch $0 {
      case .unique(let held): held.value!.value() == entries[index].value
      case .shared(let held): held.value!.value() == entries[index].value
      }
    }
  }
}
