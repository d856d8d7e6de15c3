import Buffers
import Journaling
import Networking
public import Reactors
import Timing
import Tracing

/// The journal task: completions in, the next group out, and answers sent as soon as they may be.
extension OrderNode where Frames: ~Copyable, Journal: ~Copyable, Engine: ~Copyable {
  /// - Parameter networkTask: woken when a full group had stopped it.
  public mutating func pollJournal(_ context: inout CoreContext, networkTask: TaskID) -> TaskStatus {
    let wasFull = !canTakeCompletion
    let before = journal.durableThrough
    journal.advance(now: context.now)
    if journal.durableThrough != before {
      context.record.trace.record(.durable, at: context.now, subject: 0, detail: journal.durableThrough)
      let isBlocked = sendAnswers(now: context.now)
      if !isBlocked { restartGatheringIfDurable() }
      frames.flush()
      if isBlocked || network.wantsToSend { context.wake(networkTask) }
    }
    if wasFull && canTakeCompletion { context.wake(networkTask) }
    context.deadline = journal.deadline
    return journal.armInterrupt() ? .ready : .waiting
  }
}
