import Buffers
import Queues
import Streams
import TestSupport
import Timing
import XCTest

final class PipeLinkTests: XCTestCase {
  static let firstSequences: [UInt64] = [0, 1 << 32 - 3, .max - 2]

  func testAgainstAnArray() throws {
    var random = SeededRandom()
    let seed = random.seed
    for first in Self.firstSequences {
      for capacity in [1, 2, 3, 7, 8, 64, 1_000] {
        let memory = keptArena()
        var ends = try Channel<UInt8>.create(
          .link, over: .pipe, QueueProperties(capacity: capacity, firstSequence: first), in: &memory.arena
        ).link()
        var model = PipeModel(capacity: capacity)
        let difference = model.firstDifference(
          &random, operationCount: 1_000,
          write: { ends.producer.write($0.rawBytes) },
          read: { byteCount in
            var target = [UInt8](repeating: 0, count: byteCount)
            let taken = target.withRawBytes { ends.consumer.read(into: &$0) }
            return Array(target.prefix(taken))
          },
          look: { ends.consumer.takeInPlace(upTo: $0) })
        XCTAssertNil(difference, "capacity \(capacity), first \(first), SEED=\(seed)")
        let (written, readable) = (ends.producer.count, ends.consumer.count)
        XCTAssertEqual(written, model.bytes.count)
        XCTAssertEqual(readable, model.bytes.count)
      }
    }
  }

  func testTheModelNoticesABrokenPipe() {
    var random = SeededRandom()
    for fault in ["loses", "reorders", "exceeds", "repeats"] {
      var pipe: [UInt8] = []
      var model = PipeModel(capacity: 16)
      let difference = model.firstDifference(
        &random, operationCount: 5_000,
        write: { bytes in
          let accepted = min(bytes.count, (fault == "exceeds" ? 17 : 16) - pipe.count)
          let run = Array(bytes.prefix(accepted))
          pipe += fault == "reorders" && accepted > 3 ? run.reversed() : run
          return accepted
        },
        read: { byteCount in
          let taken = Array(pipe.prefix(byteCount))
          pipe.removeFirst(fault == "repeats" && taken.count > 3 ? taken.count - 1 : taken.count)
          return fault == "loses" && taken.count > 3 ? Array(taken.dropLast()) : taken
        },
        look: { _ in [] })
      XCTAssertNotNil(difference, "a pipe that \(fault) went unnoticed, SEED=\(random.seed)")
    }
  }

  func testIsAStreamOfBytes() throws {
    let memory = keptArena()
    let ends = try PipeLink<HardwareWord>(QueueProperties(capacity: 2), in: &memory.arena).link()
    let (producer, consumer) = (NodeHeld(ends.producer), NodeHeld(ends.consumer))
    XCTAssertEqual(consumer.value!.answer(), .pending)
    XCTAssertNil(producer.value!.push(1))
    XCTAssertNil(producer.value!.push(2))
    XCTAssertEqual(producer.value!.push(3), 3)
    XCTAssertEqual(consumer.value!.select(0), nil)
    XCTAssertEqual(consumer.value!.select(1), 1)
    XCTAssertNil(producer.value!.push(3))
    producer.drop()
    XCTAssertFalse(consumer.value!.hasEnded)
    XCTAssertEqual(consumer.value!.answer(), .value(2))
    XCTAssertEqual(consumer.value!.answer(), .value(3))
    XCTAssertEqual(consumer.value!.answer(), .ended)
    XCTAssertTrue(consumer.value!.hasEnded)
    XCTAssertEqual(consumer.value!.takeInPlace(upTo: 9), [])
  }

  func testTakesNothingWhenTheConsumerIsGone() throws {
    let memory = keptArena()
    let ends = try PipeLink<HardwareWord>(
      QueueProperties(capacity: 2, overflow: .dropNewest), in: &memory.arena
    ).link()
    let (producer, consumer) = (NodeHeld(ends.producer), NodeHeld(ends.consumer))
    for byte in 0..<UInt8(3) { XCTAssertNil(producer.value!.push(byte)) }
    XCTAssertEqual(producer.value!.dropped(), 1)
    XCTAssertEqual(producer.value!.write([9].rawBytes), 0, "a run that finds no room stays with the writer")
    XCTAssertEqual(producer.value!.dropped(), 1)
    consumer.drop()
    XCTAssertEqual(producer.value!.push(7), 7)
    XCTAssertEqual(producer.value!.write([9].rawBytes), 0)
  }

  func testTellsPressureAndWakes() throws {
    let memory = keptArena()
    let calls = NodeLedger()
    let ends = try PipeLink<HardwareWord>(
      QueueProperties(
        capacity: 8, watermarks: Watermarks(low: 2, high: 6), waiting: .wake(countingHook(calls))),
      in: &memory.arena
    ).link()
    let (producer, consumer) = (NodeHeld(ends.producer), NodeHeld(ends.consumer))
    XCTAssertFalse(consumer.value!.armWakeup())
    XCTAssertEqual(producer.value!.write([1, 2, 3, 4, 5, 6, 7].rawBytes), 7)
    XCTAssertEqual(producer.value!.pressureChange(), .on)
    XCTAssertEqual(calls.liveCount, 1)
    XCTAssertTrue(consumer.value!.armWakeup())
    consumer.value!.consume(5)
    XCTAssertEqual(producer.value!.pressureChange(), .off)
    XCTAssertNil(producer.value!.pressureChange())
    consumer.value!.consume(2)
    XCTAssertFalse(consumer.value!.armWakeup())
    producer.drop()
    XCTAssertEqual(calls.liveCount, 2)
    XCTAssertTrue(consumer.value!.armWakeup())
    XCTAssertTrue(consumer.value!.hasEnded)
    withExtendedLifetime(calls) {}
  }

  func testRefusesToBeMadeOfNonsense() throws {
    let memory = keptArena(byteCount: 4_096)
    func make(_ properties: QueueProperties) throws {
      _ = try Channel<UInt8>.create(.link, over: .pipe, properties, in: &memory.arena)
    }
    for (properties, error) in [
      (QueueProperties(capacity: 0), QueueError.capacityOutOfRange(0)),
      (QueueProperties(capacity: 1 << 30 + 1), .capacityOutOfRange(1 << 30 + 1)),
      (QueueProperties(capacity: 4, overflow: .dropOldest), .cannotDropOldest),
      (
        QueueProperties(capacity: 4, watermarks: Watermarks(low: 0, high: 5)),
        .watermarksOutOfRange(low: 0, high: 5)
      ),
      (QueueProperties(capacity: 1 << 20), .memoryExhausted),
    ] {
      XCTAssertThrowsError(try make(properties)) { XCTAssertEqual($0 as? QueueError, error) }
    }
  }

  func testKeepsOrderBetweenTwoThreads() throws {
    let memory = keptArena()
    let ends = try PipeLink<HardwareWord>(
      QueueProperties(capacity: 100, firstSequence: .max - 500), in: &memory.arena
    ).link()
    let (producer, consumer) = (NodeHeld(ends.producer), NodeHeld(ends.consumer))
    let (byteCount, wrong) = (40_000, NodeLedger())
    runThreads([
      {
        var next = 0
        while next < byteCount {
          let run = (next..<min(next + 1 + next % 37, byteCount)).map { pipeByte($0) }
          // Some bytes one by one, too: ThreadSanitizer sees those, and not the copies of whole runs.
          let accepted =
            next % 3 == 0
            ? (producer.value!.push(run[0]) == nil ? 1 : 0) : producer.value!.write(run.rawBytes)
          if accepted == 0 { sched_yield() }
          next += accepted
        }
        producer.drop()
      },
      {
        var next = 0
        while !consumer.value!.hasEnded {
          let bytes = consumer.value!.takeInPlace(upTo: 64)
          if bytes.isEmpty { sched_yield() }
          for byte in bytes {
            if byte != pipeByte(next) { wrong.note() }
            next += 1
          }
        }
        if next != byteCount { wrong.note() }
        consumer.drop()
      },
    ])
    XCTAssertEqual(wrong.liveCount, 0)
  }
}

/// A byte that says where in the stream it belongs; prime, so that no ring's length hides a mistake.
func pipeByte(_ position: Int) -> UInt8 { UInt8(truncatingIfNeeded: position % 251) }

extension RawSpan {
  func byte(_ index: Int) -> UInt8 {
    // SAFETY: any byte is a byte; the offset is checked.
    unsafe unsafeLoad(fromByteOffset: index, as: UInt8.self)
  }
}

extension PipeLinkProducer where Word: ~Copyable {
  // Mutating, because what a class holds can be changed in place, and not be borrowed.
  mutating func dropped() -> UInt64 { droppedCount }
}

extension PipeLinkConsumer where Word: ~Copyable {
  mutating func takeInPlace(upTo limit: Int) -> [UInt8] {
    var copy: [UInt8] = []
    do {
      let bytes = bytes()
      for index in 0..<min(limit, bytes.byteCount) { copy.append(bytes.byte(index)) }
    }
    consume(copy.count)
    return copy
  }

  mutating func answer() -> NodeAnswer {
    switch poll(at: .zero) {
    case .ready(let byte): return .value(UInt64(byte))
    case .pending: return .pending
    case .ended: return .ended
    }
  }
}

/// A pipe as an array.
struct PipeModel {
  var bytes: [UInt8] = []
  let capacity: Int
  private var written = 0

  init(capacity: Int) { self.capacity = capacity }

  /// Does random operations on the array and on what is to be compared with it. A look may see less than there is, but
  /// not nothing.
  ///
  /// - Returns: the first difference, if there is one.
  mutating func firstDifference(
    _ random: inout SeededRandom, operationCount: Int, write: ([UInt8]) -> Int, read: (Int) -> [UInt8],
    look: (Int) -> [UInt8]
  ) -> String? {
    for _ in 0..<operationCount {
      let byteCount = Int.random(in: 0...capacity + 2, using: &random)
      switch Int.random(in: 0..<4, using: &random) {
      case 0, 1:
        let run = (0..<byteCount).map { pipeByte(written + $0) }
        let room = min(byteCount, capacity - bytes.count)
        let accepted = write(run)
        guard accepted == room else { return "wrote \(accepted), expected \(room)" }
        bytes += run.prefix(room)
        written += room
      case 2:
        let taken = read(byteCount)
        guard taken == Array(bytes.prefix(byteCount)) else { return "read \(taken), expected \(bytes)" }
        bytes.removeFirst(taken.count)
      default:
        let taken = look(byteCount)
        guard taken == Array(bytes.prefix(taken.count)) else { return "saw \(taken), expected \(bytes)" }
        if taken.isEmpty, byteCount > 0, !bytes.isEmpty { return "saw nothing" }
        bytes.removeFirst(taken.count)
      }
    }
    return nil
  }
}
