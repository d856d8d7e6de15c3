import Buffers
import Queues
import Streams
import TestSupport
import Timing
import XCTest

/// What holds of every stream: each message comes once, in order; pending is no end, and changes nothing.
final class StreamLawTests: XCTestCase {
  /// Feeds `messages` to a stream and polls it, at random; gives back what came, and whether it said pending only
  /// when all that was fed had come.
  private func drain<Source: Streams.Stream & ~Copyable>(
    _ source: inout Source, feeding messages: [Int], random: inout SeededRandom,
    feed: (inout Source, Int) -> Bool
  ) -> (taken: [Int], isPendingHonest: Bool) where Source.Message == Int {
    var fed = 0
    var taken: [Int] = []
    while fed < messages.count || taken.count < fed {
      if Bool.random(using: &random), fed < messages.count, feed(&source, messages[fed]) { fed += 1 }
      guard Bool.random(using: &random) else { continue }
      switch source.poll(at: .zero) {
      case .ready(let message): taken.append(message)
      default: if taken.count != fed { return (taken, false) }
      }
    }
    return (taken, true)
  }

  func testTheQueuesOfOneCoreAreStreams() throws {
    var random = SeededRandom()
    let memory = TestArena(byteCount: 1 << 16)
    let messages = (0..<500).map { _ in Int.random(in: 0...9, using: &random) }
    for properties in [1, 2, 7].map({ QueueProperties(capacity: $0) }) {
      var ring = try Channel<Int>.create(.local, over: .vec, properties, in: &memory.arena)
      var deque = try Channel<Int>.create(.local, over: .vecDeque, properties, in: &memory.arena)
      var classes = try Channel<Int>.create(
        .local, over: .vec, properties, classes: .weighted([2, 1]), in: &memory.arena)
      let results = [
        drain(&ring, feeding: messages, random: &random) { $0.push($1) == nil },
        drain(&deque, feeding: messages, random: &random) { $0.push($1) == nil },
        drain(&classes, feeding: messages, random: &random) { $0.push($1, class: 1) == nil },
      ]
      for result in results {
        XCTAssertEqual(result.taken, messages, "SEED=\(random.seed)")
        XCTAssertTrue(result.isPendingHonest, "SEED=\(random.seed)")
      }
    }
  }

  /// The controls: streams that break the laws are noticed.
  func testBrokenStreamsAreNoticed() {
    struct Broken: Streams.Stream {
      let isStack: Bool
      var messages: [Int] = []
      var polls = 0

      mutating func feed(_ message: Int) -> Bool {
        messages.append(message)
        return true
      }

      mutating func poll(at now: Instant) -> Poll<Int, Never> {
        polls += 1
        guard !messages.isEmpty, isStack || polls % 5 != 0 else { return .pending }
        return .ready(isStack ? messages.removeLast() : messages.removeFirst())
      }
    }
    var random = SeededRandom(seed: 11)
    let messages = [Int](0..<100)
    var stack = Broken(isStack: true)
    XCTAssertNotEqual(
      drain(&stack, feeding: messages, random: &random) { $0.feed($1) }.taken, messages)
    var liar = Broken(isStack: false)
    XCTAssertFalse(
      drain(&liar, feeding: messages, random: &random) { $0.feed($1) }.isPendingHonest)
  }
}
