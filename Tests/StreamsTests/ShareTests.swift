import Buffers
import Queues
import Streams
import TestSupport
import Timing
import XCTest

private typealias Pub = VecPub<Character, HardwareWord>

/// A shared stream and its two readers as one stream: what the second reader takes is in capitals.
private struct Readers<Source: Streams.Stream & ~Copyable>: Streams.Stream, ~Copyable
where Source.Message == Character {
  private var share: Share<Source, Pub.Producer>
  private var first: Pub.Consumer
  private var second: Pub.Consumer
  /// Whether it is the second reader's turn.
  private var isSecondsTurn = false
  /// Last, since it must outlive the ends.
  private let memory = TestArena(byteCount: 1 << 14)

  init(_ source: consuming Source, capacity: Int = 4) {
    do throws(QueueError) {
      var queue = try Channel<Character>.create(
        .pub, over: .vec, consumers: 2, QueueProperties(capacity: capacity), in: &memory.arena)
      first = try queue.sub()
      second = try queue.sub()
      share = source.share(into: queue.pub())
    } catch {
      fatalError("a queue of two readers could not be made: \(error)")
    }
  }

  mutating func poll(at now: Instant) -> Poll<Character, Source.Failure> {
    if case .failed(let failure) = share.poll(at: now) { return .failed(failure) }
    let answer = isSecondsTurn ? second.poll(at: now) : first.poll(at: now)
    switch answer {
    case .ready(let message):
      defer { isSecondsTurn.toggle() }
      return .ready(isSecondsTurn ? Character(message.uppercased()) : message)
    case .ended: return .ended
    default: return .pending
    }
  }

  var nextDeadline: Instant { share.nextDeadline }
}

final class ShareTests: XCTestCase {
  func testEveryReaderSeesEveryMessage() {
    expect(
      row("a-b-c|", "(aA)-(bB)-(cC)|", balance: .some) { Readers($0) },
      row("(abc)-|", "(aAbBcC)-|", balance: .some) { Readers($0, capacity: 1) },
      row("|", "|", balance: .some) { Readers($0) })
  }

  /// Eight messages at once, then a failure, for one reader.
  private struct Shared: ~Copyable {
    let probe = MarbleProbe()
    var reader: Pub.Consumer?
    var share: Share<MarbleSource<Character>, Pub.Producer>
    /// Last, since it must outlive the ends.
    private let memory = TestArena(byteCount: 1 << 16)

    init(capacity: Int) throws {
      var queue = try Channel<Character>.create(
        .pub, over: .vec, consumers: 1, QueueProperties(capacity: capacity), in: &memory.arena)
      reader = try queue.sub()
      let source = MarbleSource<Character>("(abcdefgh)#|", probe, MarblePopulation())
      share = source.share(into: queue.pub())
    }

    mutating func read() -> Character? { reader?.select(1) }
  }

  func testASlowReaderHoldsTheSourceBack() throws {
    var shared = try Shared(capacity: 2)
    for taken in 0..<6 {
      guard case .pending = shared.share.poll(at: .zero) else {
        return XCTFail("the source is not at its end")
      }
      XCTAssertTrue(shared.share.isHeldBack)
      XCTAssertEqual(shared.share.nextDeadline, .never, "only a reader can help")
      XCTAssertEqual(shared.probe.taken, taken + 3, "two in the queue and one in the hand")
      XCTAssertEqual(shared.read(), Character(UnicodeScalar(UInt8(97 + taken))))
    }
  }

  func testAFailureIsTheSharersAndTheReadersEnd() throws {
    var shared = try Shared(capacity: 16)
    guard case .pending = shared.share.poll(at: .zero) else {
      return XCTFail("eight messages, then time must pass")
    }
    guard case .failed = shared.share.poll(at: MarbleScript.instant(ofTick: 1)) else {
      return XCTFail("it fails at tick 1")
    }
    guard case .ended = shared.share.poll(at: MarbleScript.instant(ofTick: 2)) else {
      return XCTFail("it is given up")
    }
    var seen = ""
    while let message = shared.read() { seen.append(message) }
    XCTAssertEqual(seen, "abcdefgh")
    guard case .ended? = shared.reader?.poll(at: .zero) else { return XCTFail("the reader ends") }
  }

  func testWithoutReadersSharingEnds() throws {
    var shared = try Shared(capacity: 2)
    guard case .pending = shared.share.poll(at: .zero) else { return XCTFail("held back") }
    shared.reader = nil
    var polls = 0
    while case .pending = shared.share.poll(at: .zero), polls < 10 { polls += 1 }
    guard case .ended = shared.share.poll(at: .zero) else { return XCTFail("nobody reads any more") }
    XCTAssertLessThan(shared.probe.taken, 8)
  }

  /// A queue that drops the oldest holds nobody back; one poll still moves no more than its capacity and one.
  func testAReaderThatIsOvertakenIsTold() throws {
    let memory = TestArena(byteCount: 1 << 16)
    let properties = QueueProperties(capacity: 3, overflow: .dropOldest)
    let ends = try Channel<Int>.create(.link, over: .overwritingVec, properties, in: &memory.arena).link()
    var share = MarbleSource<Int>("(12345678)|", MarbleProbe(), MarblePopulation()).share(into: ends.producer)
    var reader = ends.consumer
    guard case .pending = share.poll(at: .zero) else { return XCTFail("four of eight") }
    XCTAssertEqual(share.movedCount, 4)
    XCTAssertEqual(share.nextDeadline, .zero, "there may be more at once")
    while share.nextDeadline == .zero, case .pending = share.poll(at: .zero) {}
    XCTAssertEqual(share.movedCount, 8)
    XCTAssertEqual(reader.select(1), 6)
    XCTAssertEqual(reader.takeLostCount(), 5)
  }
}
