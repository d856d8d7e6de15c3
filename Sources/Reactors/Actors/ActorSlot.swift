import Queues
import Streams

/// One place of a store: an actor or room for one, and the mailbox that its actors have one after the other.
struct ActorSlot<Behaviour: RestartableProcess & ~Copyable>: ~Copyable {
  /// There from the store's creation on.
  var mailbox: RingBuffer<Behaviour.Message>?
  /// Nothing while the place is free.
  var process: Behaviour?
  /// Which of the place's actors it is: odd while there is one. A free place's is even, so no name is of it.
  var generation: UInt32 = 0
  var policy = FailurePolicy.escalate
  /// Its mail is kept and not handled, until the owner has decided.
  var isSuspended = false
  /// The next free place, while this one is free; -1 at the end.
  var nextFree: Int32

  init(nextFree: Int32) { self.nextFree = nextFree }

  /// Messages that wait.
  @inline(__always)
  var mailCount: Int {
    switch mailbox {
    case .some(let mailbox): mailbox.count
    case nil: 0
    }
  }

  var state: Behaviour.State? {
    switch process {
    case .some(let process): process.state
    case nil: nil
    }
  }
}
