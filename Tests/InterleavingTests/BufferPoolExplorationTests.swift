import InterleavingSupport
import Queues
import TestSupport
import XCTest

/// Lending and sharing of buffers on several cores.
final class BufferPoolExplorationTests: XCTestCase {
  private final class Pool {
    private let memory = TestArena(byteCount: 4096)
    let pool: BufferPool<ModelWord>
    var shared: SharedBuffer<ModelWord>?
    var second: SharedBuffer<ModelWord>?

    init(capacity: Int) throws {
      pool = try BufferPool(capacity: capacity, byteCount: 8, in: &memory.arena)
    }

    /// Takes a buffer, writes it, reads it, and drops it; says whether there was one.
    func use(_ value: UInt8) -> Bool {
      guard var buffer = pool.take() else { return false }
      use(&buffer, value)
      return true
    }

    func use(_ buffer: inout UniqueBuffer<ModelWord>, _ value: UInt8) {
      buffer.resize(to: 1)
      write(value, &buffer)
      ModelThread.expect(buffer.bytes.byte(at: 0) == value, "another wrote the buffer")
    }

    private func write(_ value: UInt8, _ buffer: inout UniqueBuffer<ModelWord>) {
      var bytes = buffer.buffer
      bytes.setByte(value, at: 0)
    }
  }

  private func words(_ count: Int) -> [String] { ["free"] + (1...count).map { "buffer \($0)" } }

  func testABufferHasOneOwner() throws {
    for capacity in [1, 2] {
      try exploreQueue(
        "BufferPool of \(capacity)", words: words(capacity), setUp: { try Pool(capacity: capacity) },
        threads: [
          { pool in for value in [1, 2] as [UInt8] { _ = pool.use(value) } },
          { pool in
            for value in isLong || capacity == 1 ? [11, 12] : [11] as [UInt8] {
              ModelThread.expect(pool.use(value) || capacity == 1, "no buffer although two are there")
            }
          },
        ], check: { ModelThread.expect($0.pool.lentCount == 0, "\($0.pool.lentCount) lent for ever") })
    }
  }

  /// One that takes and was slow meets a pool in which the topmost buffer is the same again, and what is below is not.
  func testATakerThatSleptIsNotFooled() throws {
    try exploreQueue(
      "BufferPool of 2, a slow taker", words: words(2), setUp: { try Pool(capacity: 2) },
      threads: [
        { pool in
          let first = pool.pool.take()
          var second = pool.pool.take()
          if var mine = second.take() { pool.use(&mine, 1) }
          _ = first?.capacity
        },
        { (pool: Pool) in
          var first = pool.pool.take()
          var second = pool.pool.take()
          first = nil
          if var mine = second.take() { pool.use(&mine, 11) }
          _ = first?.capacity
        },
      ], check: { ModelThread.expect($0.pool.lentCount == 0, "\($0.pool.lentCount) lent for ever") })
  }

  func testThreeTakers() throws {
    let body: (Pool) -> Void = { _ = $0.use(1) }
    let capacity = isLong ? 2 : 1
    try exploreQueue(
      "BufferPool of \(capacity), three takers", words: words(capacity),
      setUp: { try Pool(capacity: capacity) },
      threads: [body, body, body],
      check: { ModelThread.expect($0.pool.lentCount == 0, "\($0.pool.lentCount) lent for ever") })
  }

  func testTheLastOwnerGivesItBack() throws {
    try exploreQueue(
      "SharedBuffer of two owners", words: words(1),
      setUp: {
        let pool = try Pool(capacity: 1)
        var unique = pool.pool.take()!
        unique.resize(to: 1)
        let shared = unique.share()
        pool.second = shared.clone()
        pool.shared = consume shared
        return pool
      },
      threads: [
        { (pool: Pool) in
          let mine = pool.shared.take()!
          _ = mine.bytes
        },
        { pool in
          let mine = pool.second.take()!
          _ = mine.clone().bytes
        }, { (pool: Pool) in _ = pool.use(7) },
      ], check: { ModelThread.expect($0.pool.lentCount == 0, "\($0.pool.lentCount) lent for ever") })
  }
}
