public import Buffers
import Queues
import Streams
import Timing

/// What the queues must do wherever they run. The same checks run inside the guest and, under XCTest, on the host.
public enum QueueChecks {
  /// Runs all of them; their queues are carved from `arena`.
  public static func run<Report: CheckReport & ~Copyable>(_ report: inout Report, in arena: inout Arena) {
    report.run("queues: a link refuses what it was not made for") { refusals(&$0, &arena) }
    report.run("queues: VecLink keeps order over the wrap") { vecLink(&$0, &arena) }
    report.run("queues: LatencyLink keeps order over the wrap") { latencyLink(&$0, &arena) }
    report.run("queues: TurbineLink keeps order over the wrap") { turbineLink(&$0, &arena) }
    report.run("queues: NodeLink keeps order over the wrap") { nodeLink(&$0, &arena) }
    report.run("queues: batches are taken whole and cut at the room") { batches(&$0, &arena) }
    report.run("queues: a full link drops the newest and counts") { dropsNewest(&$0, &arena) }
    report.run("queues: an overwriting link tells what was lost") { dropsOldest(&$0, &arena) }
    report.run("queues: pressure is told once a crossing") { pressure(&$0, &arena) }
    report.run("queues: a sleeper is woken once") { wakes(&$0, &arena) }
    report.run("queues: VecSub gives each producer's messages in order") { vecSub(&$0, &arena) }
    report.run("queues: NodeSub gives messages in the order of their pushes") { nodeSub(&$0, &arena) }
    report.run("queues: VecPub shows every message to everyone") { vecPub(&$0, &arena) }
    report.run("queues: no turbine consumer passes its dependency") { turbine(&$0, &arena) }
    report.run("queues: strict priorities go first, weights take turns") { priorities(&$0, &arena) }
    report.run("queues: pipes keep bytes and frames") { pipes(&$0, &arena) }
    report.run("queues: buffers and nodes are back in their pools") { balance(&$0, &arena) }
  }

  /// A queue's sequence numbers begin so shortly before they wrap.
  static func properties(
    capacity: Int = 4, overflow: OverflowPolicy = .refuse, watermarks: Watermarks? = nil,
    waiting: WaitStrategy = .spin
  ) -> QueueProperties {
    QueueProperties(
      capacity: capacity, overflow: overflow, watermarks: watermarks, waiting: waiting, firstSequence: 0 &- 6)
  }

  /// Makes a queue, or fails the check that runs.
  static func made<Report: CheckReport & ~Copyable, Queue: ~Copyable>(
    _ report: inout Report, _ make: () throws(QueueError) -> Queue
  ) -> Queue? {
    do throws(QueueError) {
      return try make()
    } catch {
      report.expect(false, "the queue could not be made")
      return nil
    }
  }
}

/// The number of a message that is there; nothing that a check sends.
func number<Failure: Error>(_ poll: consuming Poll<UInt64, Failure>) -> UInt64 {
  switch poll {
  case .ready(let value): value
  case .failed: .max
  case .ended: .max - 1
  case .pending: .max - 2
  }
}

/// What `number` gives when there is nothing now, and when there never will be.
let pending = UInt64.max - 2
let ended = UInt64.max - 1
