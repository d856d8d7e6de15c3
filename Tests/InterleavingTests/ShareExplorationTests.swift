import InterleavingSupport
import Queues
import Streams
import TestSupport
import Timing
import XCTest

/// A stream shared out through a `VecPub`, by a task on a core of its own.
final class ShareExplorationTests: XCTestCase {
  /// Gives 1 to `last`, pending once before each.
  private struct Numbers: Streams.Stream {
    typealias Message = Wide
    typealias Failure = Never
    let last: UInt64
    private var next: UInt64 = 1
    private var isReady = false

    init(last: UInt64) { self.last = last }

    mutating func poll(at now: Instant) -> Poll<Wide, Never> {
      guard next <= last else { return .ended }
      isReady.toggle()
      guard isReady else {
        next += 1
        return .ready(Wide(next - 1))
      }
      return .pending
    }

    var nextDeadline: Instant { .never }
  }

  private final class Shared {
    private let memory = TestArena(byteCount: 8192)
    private var task: Share<Numbers, VecPub<Wide, ModelWord>.Producer>?
    private var first: VecPub<Wide, ModelWord>.Consumer?
    private var second: VecPub<Wide, ModelWord>.Consumer?
    var moved: UInt64 = 0
    var taken: [[UInt64]] = [[], []]

    init(_ properties: QueueProperties, last: UInt64) throws {
      var queue = try VecPub<Wide, ModelWord>(consumers: 2, properties, in: &memory.arena)
      first = try queue.sub()
      second = try queue.sub()
      task = Numbers(last: last).share(into: queue.pub())
    }

    func run() {
      var task = self.task.take()!
      while true {
        switch task.poll(at: .zero) {
        case .ended:
          moved = task.movedCount
          return
        case .pending: if task.isHeldBack { ModelThread.pause() }
        }
      }
    }

    func take(_ index: Int, _ body: (inout VecPub<Wide, ModelWord>.Consumer) -> [UInt64]) {
      var consumer = index == 0 ? first.take()! : second.take()!
      taken[index] = body(&consumer)
    }
  }

  func testWhatIsSharedReachesAllAndEnds() throws {
    let last: UInt64 = 2
    for capacity in isLong ? [1, 2] : [2] {
      try exploreQueue(
        "Share over VecPub of \(capacity)",
        setUp: { try Shared(QueueProperties(capacity: capacity, firstSequence: .max), last: last) },
        threads: [
          { (shared: Shared) in shared.run() }, { $0.take(0) { $0.pollAll() } },
          { $0.take(1) { $0.pollSome(1) } },
        ],
        check: { shared in
          ModelThread.expect(shared.moved == last, "moved: \(shared.moved)")
          ModelThread.expect(shared.taken[0] == Array(1...last), "taken: \(shared.taken)")
          ModelThread.expect([[], [1]].contains(shared.taken[1]), "taken: \(shared.taken)")
        })
    }
  }
}
