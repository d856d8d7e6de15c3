import Buffers
import Queues
import TestSupport
import XCTest

final class FramedPipeTests: XCTestCase {
  func testFramesOfEveryLengthAtEveryPlace() throws {
    for (prefix, prefixByteCount) in [(FramePrefix.twoBytes, 2), (.fourBytes, 4)] {
      for capacity in [prefixByteCount, 5, 12, 16] {
        for first in 0..<UInt64(16) {
          let memory = keptArena(byteCount: 8_192)
          var ends = try Channel<UInt8>.create(
            .link, over: .frames(prefix), QueueProperties(capacity: capacity, firstSequence: first &- 8),
            in: &memory.arena
          ).link()
          for byteCount in 0...capacity - prefixByteCount {
            let frame = (0..<byteCount).map { pipeByte($0 + 1 + Int(first)) }
            XCTAssertTrue(try ends.writer.write(frame.rawBytes))
            XCTAssertEqual(ends.reader.takeFrame(), frame, "\(capacity) bytes from \(first)")
            XCTAssertNil(ends.reader.takeFrame())
          }
        }
      }
    }
  }

  func testAgainstAnArrayOfFrames() throws {
    var random = SeededRandom()
    let seed = random.seed
    for first in PipeLinkTests.firstSequences {
      for capacity in [4, 7, 32, 100, 512] {
        let memory = keptArena()
        var ends = try FramedPipe<HardwareWord>(
          QueueProperties(capacity: capacity, firstSequence: first), prefix: .twoBytes, in: &memory.arena
        ).link()
        var model = FramesModel(capacity: capacity, prefixByteCount: 2)
        let difference = try model.firstDifference(
          &random, operationCount: 1_000, write: { try ends.writer.write($0.rawBytes) },
          take: { ends.reader.takeFrame() })
        XCTAssertNil(difference, "capacity \(capacity), first \(first), SEED=\(seed)")
        let count = ends.reader.count
        XCTAssertEqual(count, model.fill)
      }
    }
  }

  func testTheModelNoticesBrokenFraming() throws {
    var random = SeededRandom()
    for fault in ["truncates", "merges", "exceeds", "loses"] {
      var frames: [[UInt8]] = []
      func fill() -> Int { frames.reduce(0) { $0 + 2 + $1.count } }
      var model = FramesModel(capacity: 64, prefixByteCount: 2)
      let difference = try model.firstDifference(
        &random, operationCount: 5_000,
        write: { frame in
          guard fill() + 2 + frame.count <= (fault == "exceeds" ? 65 : 64) else { return false }
          frames.append(fault == "truncates" && frame.count == 20 ? Array(frame.dropLast()) : frame)
          if fault == "merges", frames.count == 3 { frames = [frames[0], frames[1] + frames[2]] }
          return true
        },
        take: {
          if fault == "loses", frames.count == 4 { frames.removeFirst() }
          return frames.isEmpty ? nil : frames.removeFirst()
        })
      XCTAssertNotNil(difference, "framing that \(fault) went unnoticed, SEED=\(random.seed)")
    }
  }

  func testTheSameFrameUntilItIsConsumed() throws {
    let memory = keptArena()
    var ends = try FramedPipe<HardwareWord>(
      QueueProperties(capacity: 32), prefix: .fourBytes, in: &memory.arena
    ).link()
    for frame: [UInt8] in [[1, 2, 3], []] { XCTAssertTrue(try ends.writer.write(frame.rawBytes)) }
    for _ in 0..<2 { XCTAssertEqual(ends.reader.copiedFrame(), [1, 2, 3]) }
    ends.reader.consumeFrame()
    XCTAssertEqual(ends.reader.takeFrame(), [])
    XCTAssertNil(ends.reader.takeFrame())
  }

  func testFramesThatCanNeverBeWritten() throws {
    let memory = keptArena()
    var long = try FramedPipe<HardwareWord>(
      QueueProperties(capacity: 1 << 17), prefix: .twoBytes, in: &memory.arena
    ).link()
    var short = try FramedPipe<HardwareWord>(
      QueueProperties(capacity: 20, overflow: .dropNewest), prefix: .fourBytes, in: &memory.arena
    ).link()
    let frame = (0..<65_536).map { pipeByte($0) }
    XCTAssertThrowsError(try long.writer.write(frame.rawBytes)) {
      XCTAssertEqual($0 as? FrameError, .beyondPrefix(byteCount: 65_536))
    }
    XCTAssertThrowsError(try short.writer.write(Array(frame.prefix(17)).rawBytes)) {
      XCTAssertEqual($0 as? FrameError, .beyondCapacity(byteCount: 17))
    }
    let (longest, shortLongest) = (long.writer.longestFrame, short.writer.longestFrame)
    XCTAssertEqual(longest, 65_535)
    XCTAssertEqual(shortLongest, 16)
    XCTAssertEqual(short.writer.droppedCount, 0, "that is an error, and no overflow")
    for _ in 0..<4 {
      XCTAssertTrue(try long.writer.write(Array(frame.dropLast()).rawBytes))
      XCTAssertTrue(try short.writer.write(Array(frame.prefix(16)).rawBytes))
      XCTAssertEqual(long.reader.takeFrame(), Array(frame.dropLast()))
      XCTAssertEqual(short.reader.takeFrame(), Array(frame.prefix(16)))
    }
  }

  func testWritesAllOrNothing() throws {
    let memory = keptArena()
    for (overflow, isTaken, dropped) in [(OverflowPolicy.refuse, false, UInt64(0)), (.dropNewest, true, 1)] {
      var ends = try FramedPipe<HardwareWord>(
        QueueProperties(capacity: 10, overflow: overflow), prefix: .twoBytes, in: &memory.arena
      ).link()
      XCTAssertTrue(try ends.writer.write([1, 2, 3].rawBytes))
      XCTAssertEqual(try ends.writer.write([4, 5, 6, 7].rawBytes), isTaken, "one byte is missing")
      XCTAssertEqual(ends.writer.droppedCount, dropped)
      XCTAssertTrue(try ends.writer.write([8, 9, 10].rawBytes))
      XCTAssertEqual(ends.reader.takeFrame(), [1, 2, 3])
      XCTAssertEqual(ends.reader.takeFrame(), [8, 9, 10])
      XCTAssertNil(ends.reader.takeFrame())
    }
  }

  func testEndsAndWakes() throws {
    let memory = keptArena()
    let calls = NodeLedger()
    let ends = try FramedPipe<HardwareWord>(
      QueueProperties(
        capacity: 16, watermarks: Watermarks(low: 0, high: 10), waiting: .wake(countingHook(calls))),
      prefix: .twoBytes, in: &memory.arena
    ).link()
    let (writer, reader) = (NodeHeld(ends.writer), NodeHeld(ends.reader))
    XCTAssertFalse(reader.value!.armWakeup())
    XCTAssertTrue(try writer.value!.write([1, 2, 3, 4, 5, 6, 7, 8].rawBytes))
    XCTAssertEqual(calls.liveCount, 1)
    XCTAssertEqual(writer.value!.pressureChange(), .on)
    writer.drop()
    XCTAssertFalse(reader.value!.hasEnded)
    XCTAssertEqual(reader.value!.takeFrame(), [1, 2, 3, 4, 5, 6, 7, 8])
    XCTAssertTrue(reader.value!.hasEnded)
    withExtendedLifetime(calls) {}
  }

  func testRefusesWhenNoReaderIsLeft() throws {
    let memory = keptArena()
    let ends = try FramedPipe<HardwareWord>(
      QueueProperties(capacity: 16, overflow: .dropNewest), prefix: .twoBytes, in: &memory.arena
    ).link()
    let (writer, reader) = (NodeHeld(ends.writer), NodeHeld(ends.reader))
    reader.drop()
    XCTAssertFalse(try writer.value!.write([1].rawBytes))
    XCTAssertEqual(writer.value!.dropped(), 0)
  }

  func testRefusesToBeMadeOfNonsense() throws {
    let memory = keptArena(byteCount: 4_096)
    func make(_ capacity: Int, _ prefix: FramePrefix) throws {
      _ = try FramedPipe<HardwareWord>(
        QueueProperties(capacity: capacity), prefix: prefix, in: &memory.arena)
    }
    for (capacity, prefix, error) in [
      (0, FramePrefix.twoBytes, QueueError.capacityOutOfRange(0)), (1, .twoBytes, .capacityOutOfRange(1)),
      (3, .fourBytes, .capacityOutOfRange(3)), (1 << 30 + 1, .fourBytes, .capacityOutOfRange(1 << 30 + 1)),
      (3_000, .fourBytes, .memoryExhausted),
    ] {
      XCTAssertThrowsError(try make(capacity, prefix)) { XCTAssertEqual($0 as? QueueError, error) }
    }
  }

  func testKeepsFramesBetweenTwoThreads() throws {
    let memory = keptArena()
    let ends = try FramedPipe<HardwareWord>(
      QueueProperties(capacity: 128, firstSequence: .max - 1_000), prefix: .twoBytes, in: &memory.arena
    ).link()
    let (writer, reader) = (NodeHeld(ends.writer), NodeHeld(ends.reader))
    let (frameCount, wrong) = (2_000, NodeLedger())
    runThreads([
      {
        for number in 0..<frameCount {
          let frame = frame(number)
          while (try? writer.value!.write(frame.rawBytes)) != true { sched_yield() }
        }
        writer.drop()
      },
      {
        var number = 0
        while !reader.value!.hasEnded {
          guard let received = reader.value!.takeFrame() else {
            sched_yield()
            continue
          }
          if received != frame(number) { wrong.note() }
          number += 1
        }
        if number != frameCount { wrong.note() }
        reader.drop()
      },
    ])
    XCTAssertEqual(wrong.liveCount, 0)
  }
}

/// What frame number `number` holds.
private func frame(_ number: Int) -> [UInt8] { (0..<number % 61).map { pipeByte(number + $0) } }

extension FramedPipeWriter where Word: ~Copyable {
  // Mutating, because what a class holds can be changed in place, and not be borrowed.
  mutating func dropped() -> UInt64 { droppedCount }
}

extension FramedPipeReader where Word: ~Copyable {
  mutating func copiedFrame() -> [UInt8]? {
    guard let frame = frame() else { return nil }
    return (0..<frame.byteCount).map { frame.byte($0) }
  }

  mutating func takeFrame() -> [UInt8]? {
    guard let frame = copiedFrame() else { return nil }
    consumeFrame()
    return frame
  }
}

/// A framed pipe as an array.
private struct FramesModel {
  var frames: [[UInt8]] = []
  let capacity: Int
  let prefixByteCount: Int

  var fill: Int { frames.reduce(0) { $0 + prefixByteCount + $1.count } }

  init(capacity: Int, prefixByteCount: Int) {
    self.capacity = capacity
    self.prefixByteCount = prefixByteCount
  }

  /// Does random operations on the array and on what is to be compared with it.
  ///
  /// - Returns: the first difference, if there is one.
  mutating func firstDifference(
    _ random: inout SeededRandom, operationCount: Int, write: ([UInt8]) throws -> Bool, take: () -> [UInt8]?
  ) throws -> String? {
    for number in 0..<operationCount {
      if Int.random(in: 0..<5, using: &random) < 3 {
        let longest = capacity - prefixByteCount
        let byteCount = Int.random(
          in: 0...(Bool.random(using: &random) ? longest : longest / 4), using: &random)
        let frame = (0..<byteCount).map { pipeByte(number + $0) }
        let hasRoom = fill + prefixByteCount + byteCount <= capacity
        if try write(frame) != hasRoom { return "write of \(byteCount) bytes, expected \(hasRoom)" }
        if hasRoom { frames.append(frame) }
      } else {
        let expected = frames.isEmpty ? nil : frames.removeFirst()
        let taken = take()
        if taken != expected { return "took \(taken as Any), expected \(expected as Any)" }
      }
    }
    return nil
  }
}
