import InterleavingSupport
import Queues
import TestSupport
import XCTest

/// Pipes of bytes and of frames.
final class PipeExplorationTests: XCTestCase {
  private final class Pipe {
    private let memory = TestArena(byteCount: 4096)
    private var producer: PipeLinkProducer<ModelWord>?
    private var consumer: PipeLinkConsumer<ModelWord>?
    var read: [UInt8] = []

    init(_ properties: QueueProperties) throws {
      let ends = try PipeLink<ModelWord>(properties, in: &memory.arena).link()
      producer = consume ends.producer
      consumer = consume ends.consumer
    }

    func writeAll(_ bytes: [UInt8]) {
      var producer = self.producer.take()!
      var rest = bytes[...]
      while !rest.isEmpty {
        let written = producer.write(Array(rest).rawBytes)
        rest = rest.dropFirst(written)
        if written == 0 { ModelThread.pause() }
      }
    }

    func readAll() {
      var consumer = self.consumer.take()!
      while true {
        let count = look(&consumer)
        consumer.consume(count)
        if count == 0 {
          if consumer.hasEnded { return }
          ModelThread.pause()
        }
      }
    }

    private func look(_ consumer: inout PipeLinkConsumer<ModelWord>) -> Int {
      let bytes = consumer.bytes()
      for index in 0..<bytes.byteCount { read.append(bytes.byte(at: index)) }
      return bytes.byteCount
    }
  }

  private final class Frames {
    private let memory = TestArena(byteCount: 4096)
    private var writer: FramedPipeWriter<ModelWord>?
    private var reader: FramedPipeReader<ModelWord>?
    var read: [[UInt8]] = []

    init(_ properties: QueueProperties) throws {
      let ends = try FramedPipe<ModelWord>(properties, prefix: .twoBytes, in: &memory.arena).link()
      writer = consume ends.writer
      reader = consume ends.reader
    }

    func writeAll(_ frames: [[UInt8]]) {
      var writer = self.writer.take()!
      for frame in frames { while try! !writer.write(frame.rawBytes) { ModelThread.pause() } }
    }

    func readAll() {
      var reader = self.reader.take()!
      while true {
        if look(&reader) {
          reader.consumeFrame()
        } else {
          if reader.hasEnded { return }
          ModelThread.pause()
        }
      }
    }

    private func look(_ reader: inout FramedPipeReader<ModelWord>) -> Bool {
      guard let frame = reader.frame() else { return false }
      read.append((0..<frame.byteCount).map { frame.byte(at: $0) })
      return true
    }
  }

  private let words = ["published", "consumed", "departed", "sleeping"]

  func testBytesArriveInOrder() throws {
    for (capacity, first) in [(1, 0), (2, UInt64.max), (3, UInt64.max - 1)] {
      let bytes = (1...UInt8(capacity + 2)).map { $0 }
      try exploreQueue(
        "PipeLink of \(capacity)", words: words,
        setUp: { try Pipe(QueueProperties(capacity: capacity, firstSequence: first)) },
        threads: [{ $0.writeAll(bytes) }, { $0.readAll() }],
        check: { ModelThread.expect($0.read == bytes, "read: \($0.read)") })
    }
  }

  func testFramesArriveWhole() throws {
    let frames: [[UInt8]] = [[1], [2, 3], []]
    try exploreQueue(
      "FramedPipe of 4", words: words,
      setUp: { try Frames(QueueProperties(capacity: 4, firstSequence: .max)) },
      threads: [{ $0.writeAll(frames) }, { $0.readAll() }],
      check: { ModelThread.expect($0.read == frames, "read: \($0.read)") })
  }
}
