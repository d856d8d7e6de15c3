import Buffers
import Queues
import Reactors

/// One queue of a run: its consumer's hook, and what its ends note.
struct TrafficFlow {
  let count: Int
  let producerCount: Int
  let target: Int
  let meter: WakeMeter
  let ledger: Shared<TrafficLedger>
  /// Whether the consumer waits for every interrupt before it asks for another one, so that no two become one.
  let settles: Bool

  func properties(capacity: Int) -> QueueProperties {
    QueueProperties(capacity: capacity, waiting: .wake(meter.hook), firstSequence: 0 &- 6)
  }

  var sentTooMany: Bool { meter.sentCount > ledger.value.armed.load() }

  /// What must hold when all ends are done.
  func check<Report: CheckReport & ~Copyable>(_ report: inout Report) {
    let (sent, armed) = (meter.sentCount, ledger.value.armed.load())
    let (received, interrupts) = (ledger.value.received.load(), ledger.value.interrupts.load())
    report.expect(received == UInt64(count), "messages that came", received)
    report.expect(ledger.value.wrong.load() == 0, "out of order, lost or twice", ledger.value.wrong.load())
    report.expect(!sentTooMany, "more interrupts than were asked for", sent)
    report.expect(sent <= UInt64(count + producerCount), "more interrupts than messages", sent)
    if settles { report.expect(interrupts == sent, "not every interrupt came", interrupts) }
    report.note("messages", received)
    report.note("  asked to be woken", armed)
    report.note("  interrupts sent", sent)
    report.note("  interrupts taken", interrupts)
    report.note("  halts of the receiving core", ledger.value.halts.load())
    report.note("  refused for want of room", ledger.value.refused.load())
  }
}

extension TrafficDriver where Core: ~Copyable {
  /// Begins a queue to core `target`.
  mutating func flow(
    to target: Int, _ count: Int, producers: Int = 1, settles: Bool = true, fault: WakeFault = .none,
    in arena: inout Arena
  ) throws(QueueError) -> TrafficFlow {
    do throws(ArenaError) {
      let meter = try WakeMeter(source: takeSource(), wake(of: target), fault: fault, in: &arena)
      return TrafficFlow(
        count: count, producerCount: producers, target: target, meter: meter,
        ledger: try Shared(TrafficLedger(), in: &arena), settles: settles)
    } catch {
      throw .memoryExhausted
    }
  }

  func sender<End: Producer & Sendable & ~Copyable, Loading: TrafficLoading>(
    _ end: consuming End, _ loading: Loading, _ flow: TrafficFlow, firstStream: Int = 0, streams: Int = 1,
    longestBurst: Int = 24
  ) -> TrafficSender<End, Loading> where Loading.Cargo == End.Message {
    let numbers = TrafficNumbers(
      firstStream: firstStream, streamCount: streams, count: flow.count / flow.producerCount)
    let pace = TrafficPace(
      seed: UInt64(flow.meter.source * 4 + firstStream), longestBurst: longestBurst)
    return TrafficSender(end, loading, numbers, pace, flow.ledger, board)
  }

  func receiver<End: SleepingConsumer & Sendable & ~Copyable, Loading: TrafficLoading>(
    _ end: consuming End, _ loading: Loading.Type, _ flow: TrafficFlow
  ) -> TrafficReceiver<End, Loading> where Loading.Cargo == End.Message {
    TrafficReceiver(end, loading, flow.meter, settles: flow.settles, flow.ledger, board)
  }
}
