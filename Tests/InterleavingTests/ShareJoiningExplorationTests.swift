import InterleavingSupport
import Queues
import TestSupport
import XCTest

/// A consumer of a `VecShare` that joins while it runs, asleep, and takes what the others leave.
final class ShareJoiningExplorationTests: XCTestCase {
  private final class Sharers {
    private let memory = TestArena(byteCount: 8192)
    private var producer: VecShare<Tracked, ModelWord>.Producer?
    private var first: VecShareConsumer<Tracked, ModelWord>?
    private var second: VecShareConsumer<Tracked, ModelWord>?
    /// Says that the second consumer has joined, and hands it over.
    private let hasJoined = ModelWord(0)
    var taken: [[UInt64]] = [[], []]

    init(_ properties: QueueProperties) throws {
      var queue = try VecShare<Tracked, ModelWord>(consumers: 2, properties, in: &memory.arena)
      first = try queue.sub()
      producer = queue.pub()
    }

    /// Pushes one, lets the sleeper in, pushes another; stays, so that nobody is woken by its leaving.
    func pushAndLetIn() {
      let hook = WakeHook(context: 2) { ModelThread.wake(Int($0)) }
      var producer = self.producer.take()!
      producer.pushAll(1...1)
      second = try? producer.sub(waiting: .wake(hook))
      hasJoined.storeReleasing(1)
      producer.pushAll(2...2)
      self.producer = consume producer
    }

    func takeOneAndLeave() {
      var consumer = first.take()!
      taken[0] = consumer.pollSome(1)
    }

    func sleepForOne() {
      while hasJoined.loadAcquiring() == 0 { ModelThread.pause() }
      var consumer = second.take()!
      taken[1] = consumer.pollAsleep(1)
      second = consume consumer
    }

    func dropEnds() {
      producer = nil
      second = nil
    }
  }

  func testWhoJoinsSharesInWhatIsThere() throws {
    for capacity in [2, 3] {
      try exploreQueue(
        "VecShare of \(capacity), one joining asleep",
        setUp: { try Sharers(QueueProperties(capacity: capacity, firstSequence: .max)) },
        threads: [
          { (queue: Sharers) in queue.pushAndLetIn() }, { $0.takeOneAndLeave() }, { $0.sleepForOne() },
        ],
        check: { queue in
          queue.dropEnds()
          ModelThread.expect(queue.taken[1].count == 1, "taken: \(queue.taken)")
          ModelThread.expect(Set(queue.taken.joined()).isSubset(of: [1, 2]), "taken: \(queue.taken)")
        })
    }
  }
}
