import InterleavingSupport
import Queues
import TestSupport
import XCTest

/// A link with priorities: classes whose consumer sleeps.
final class PriorityExplorationTests: XCTestCase {
  private final class Classes {
    private let memory = TestArena(byteCount: 16384)
    private var producer: PriorityProducer<VecLinkProducer<Tracked, ModelWord>>?
    private var consumer: PriorityConsumer<VecLinkConsumer<Tracked, ModelWord>>?
    var taken: [UInt64] = []

    /// The consumer sleeps as thread 1.
    init(_ classes: PriorityClasses) throws {
      let hook = WakeHook(context: 1) { ModelThread.wake(Int($0)) }
      let properties = QueueProperties(capacity: 2, waiting: .wake(hook), firstSequence: .max)
      let ends = try PriorityLink<Tracked, ModelWord>(properties, classes: classes, in: &memory.arena).link()
      producer = consume ends.producer
      consumer = consume ends.consumer
    }

    func push(_ messages: [(UInt64, Int)], leaves: Bool) {
      var producer = self.producer.take()!
      for (value, priority) in messages {
        ModelThread.expect(producer.push(Tracked(value), class: priority) == nil, "\(value) is refused")
      }
      if !leaves { self.producer = consume producer }
    }

    func sleepForAll(_ count: Int = .max) {
      var consumer = self.consumer.take()!
      taken = consumer.pollAsleep(count)
    }

    func dropProducer() { producer = nil }
  }

  private func explore(
    _ name: String, _ classes: PriorityClasses, _ messages: [(UInt64, Int)], leaves: Bool, line: UInt = #line
  ) throws {
    try exploreQueue(
      "PriorityLink, \(name)", setUp: { try Classes(classes) },
      threads: [
        { (link: Classes) in link.push(messages, leaves: leaves) },
        { $0.sleepForAll(leaves ? .max : messages.count) },
      ],
      check: { link in
        link.dropProducer()
        ModelThread.expect(link.taken.sorted() == messages.map(\.0).sorted(), "taken: \(link.taken)")
      }, line: line)
  }

  func testNoWakeUpOfAnyClassIsLost() throws {
    for classes in [.strict(2), .weighted([1, 1])] as [PriorityClasses] {
      try explore("urgent last", classes, [(1, 1), (2, 0)], leaves: false)
      try explore("urgent first", classes, [(1, 0), (2, 1)], leaves: false)
      try explore("one class", classes, [(1, 1), (2, 1)], leaves: false)
    }
  }

  func testASleeperLearnsOfTheEndOfAllClasses() throws {
    try explore("nothing", .strict(2), [], leaves: true)
    try explore("one message", .weighted([1, 1]), [(1, 1)], leaves: true)
  }
}

extension PriorityConsumer: SleepingConsumer
where End == VecLinkConsumer<Tracked, ModelWord> {}
