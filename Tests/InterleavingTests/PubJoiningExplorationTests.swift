import Buffers
import InterleavingSupport
import Queues
import Streams
import TestSupport
import Timing
import XCTest

/// Consumers of a `VecPub` that join while it runs, and leave.
final class PubJoiningExplorationTests: XCTestCase {
  private typealias Consumer = VecPub<Wide, ModelWord>.Consumer

  private final class Pub {
    private let memory = TestArena(byteCount: 8192)
    private var producer: VecPub<Wide, ModelWord>.Producer?
    private var first: Consumer?
    private var second: Consumer?
    /// Says that the second consumer has joined, and hands it over.
    private let hasJoined = ModelWord(0)
    var taken: [[UInt64]] = [[], []]

    init(_ properties: QueueProperties, consumers: Int) throws {
      var queue = try VecPub<Wide, ModelWord>(consumers: consumers, properties, in: &memory.arena)
      first = try queue.sub()
      producer = queue.pub()
    }

    /// - Parameter stays: whether the producer is kept, so that nobody is woken by its leaving.
    func push(stays: Bool = false, _ body: (inout VecPub<Wide, ModelWord>.Producer) -> Void) {
      var producer = self.producer.take()!
      body(&producer)
      if stays { self.producer = consume producer }
    }

    /// Lets another in; false when there is no number for it.
    func join(_ producer: inout VecPub<Wide, ModelWord>.Producer, _ waiting: WaitStrategy? = nil) -> Bool {
      guard let consumer = try? Optional(producer.sub(waiting: waiting)) else { return false }
      second = consume consumer
      hasJoined.storeReleasing(1)
      return true
    }

    func takeFirst(_ body: (inout Consumer) -> [UInt64]) {
      var consumer = first.take()!
      taken[0] = body(&consumer)
    }

    func takeSecond(_ body: (inout Consumer) -> [UInt64]) {
      while hasJoined.loadAcquiring() == 0 { ModelThread.pause() }
      var consumer = second.take()!
      taken[1] = body(&consumer)
    }
  }

  func testWhoJoinsSeesWhatIsPushedFromThenOn() throws {
    for capacity in [1, 2] {
      try exploreQueue(
        "VecPub of \(capacity), one joining",
        setUp: { try Pub(QueueProperties(capacity: capacity, firstSequence: .max), consumers: 2) },
        threads: [
          { (queue: Pub) in
            queue.push { producer in
              producer.pushAll(1...1)
              ModelThread.expect(queue.join(&producer), "no place")
              producer.pushAll(2...2)
            }
          }, { $0.takeFirst { $0.pollAll(2) } }, { $0.takeSecond { $0.pollAll(1) } },
        ],
        check: { ModelThread.expect($0.taken == [[1, 2], [2]], "taken: \($0.taken)") })
    }
  }

  /// One leaves, asleep, and as soon as that is seen the next has its number, its cursor and its flag.
  func testANumberIsGivenOnWithNothingOfItsLastOwner() throws {
    let hook = WakeHook(context: 2) { ModelThread.wake(Int($0)) }
    let properties = QueueProperties(
      capacity: 1, waiting: .wake(WakeHook(context: 1) { ModelThread.wake(Int($0)) }), firstSequence: .max)
    try exploreQueue(
      "VecPub of 1, a number given on",
      setUp: { try Pub(properties, consumers: 1) },
      threads: [
        { (queue: Pub) in
          queue.push(stays: true) { producer in
            while !queue.join(&producer, .wake(hook)) { ModelThread.pause() }
            producer.pushAll(2...2)
          }
        },
        { queue in
          queue.takeFirst { consumer in
            ModelThread.expect(!consumer.armWakeup(), "there is nothing")
            return []
          }
        }, { $0.takeSecond { $0.pollAsleep(1) } },
      ], check: { ModelThread.expect($0.taken[1] == [2], "the second: \($0.taken)") })
  }
}
