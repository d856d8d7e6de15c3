import Buffers
import Scheduling
import Streams
public import Timing
import Queues

/// How actors come to their mail.
extension ActorStore where Behaviour: ~Copyable, Mail: ~Copyable {
  /// Hands messages to actors, one at a time as the discipline picks among the actors that have mail, until none has or
  /// the budget is used up, or a failure has come to the owner. Complexity: O(`budget`) picks of the discipline, and
  /// what the processes do; and the dropped mail of actors that stop.
  ///
  /// - Parameters:
  ///   - budget: the most messages handed out; 0 hands out none.
  ///   - now: the present time, for deadlines and for the limit of restarts.
  ///   - handled: called after each message, before the policy is looked at, with the result. What the process has put
  ///     aside for others, such as replies, is taken from it here. The store itself cannot be used meanwhile: what is
  ///     for another of its actors is sent after the step.
  @inline(__always)
  public mutating func step(
    budget: Int, at now: Instant,
    handled: (_ actor: ActorID, _ process: inout Behaviour, _ result: Result<State, Failure>) -> Void
  ) -> ActorStep<Failure> {
    var remaining = budget
    while remaining > 0 {
      guard let place = ready.select(.max) else { return .idle }
      if let escalation = handle(place, at: now, handled) { return .escalated(escalation) }
      remaining &-= 1
    }
    return ready.isEmpty ? .idle : .more
  }

  /// Hands the actor in `place` its oldest message; gives back a failure that is the owner's.
  @inline(__always)
  private mutating func handle(
    _ place: Int, at now: Instant, _ handled: (ActorID, inout Behaviour, Result<State, Failure>) -> Void
  ) -> Escalation<Failure>? {
    guard case .ready(let message) = places.slots[place].mailbox!.poll(at: now) else {
      preconditionFailure("the discipline picked an actor that has no mail")
    }
    counters.handled &+= 1
    let result = places.slots[place].process!.send(message)
    handled(places.id(of: place), &places.slots[place].process!, result)
    if case .failure(let failure) = result, let escalation = fail(place, failure, at: now) {
      return escalation
    }
    if places.slots[place].mailCount > 0 { ready.wake(place, at: now) }
    return nil
  }
}

/// What a step came to.
@frozen public enum ActorStep<Failure: Error> {
  /// No actor has mail.
  case idle
  /// The budget is used up, and there is more mail.
  case more
  /// An actor is suspended with this failure. The others may have more mail.
  case escalated(Escalation<Failure>)
}
