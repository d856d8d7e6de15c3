import Buffers
import Streams
public import Timing
import Queues
import Scheduling

/// What is done about failures: by the store as declared, and by its owner. The message that failed has been handed out,
/// and is not handed out again. The owner's decisions do not wake the store's task: it is spawned anew after an
/// escalation, or woken.
extension ActorStore where Behaviour: ~Copyable, Mail: ~Copyable {
  /// Treats a failure as the actor's policy says; gives it back when it is the owner's.
  @inline(never)
  mutating func fail(_ place: Int, _ failure: Failure, at now: Instant) -> Escalation<Failure>? {
    counters.failures &+= 1
    switch places.slots[place].policy {
    case .resume: return nil
    case .restart: return restart(place, after: failure, at: now)
    case .escalate: return escalate(place, failure, .declared)
    case .stop:
      _ = end(place) { _ in }
      return nil
    }
  }

  private mutating func restart(_ place: Int, after failure: Failure, at now: Instant) -> Escalation<Failure>?
  {
    guard restarts.admit(at: now) else { return escalate(place, failure, .restartLimit) }
    do throws(Failure) {
      try begin(place)
      return nil
    } catch {
      return escalate(place, error, .restartFailed)
    }
  }

  private mutating func escalate(
    _ place: Int, _ failure: Failure, _ cause: EscalationCause
  ) -> Escalation<Failure> {
    places.slots[place].isSuspended = true
    counters.escalations &+= 1
    return Escalation(actor: places.id(of: place), failure: failure, cause: cause)
  }

  private mutating func begin(_ place: Int) throws(Failure) {
    try places.slots[place].process!.restart()
    counters.restarts &+= 1
  }

  // MARK: - The owner's decisions

  /// Lets an actor begin anew with the mail it has, and go on if it was suspended. Throws, and leaves the actor as it
  /// was, when its process cannot. The restarts before it do not count any more. Complexity: the process's `restart`.
  ///
  /// - Returns: false when there is no such actor any more.
  @discardableResult
  public mutating func restart(_ actor: ActorID, at now: Instant) throws(Failure) -> Bool {
    guard contains(actor) else { return false }
    try begin(actor.index)
    restarts.forget()
    goOn(actor.index, at: now)
    return true
  }

  /// Lets a suspended actor go on with the state and the mail it has. Complexity: the discipline's.
  ///
  /// - Returns: false when there is no such actor any more.
  @discardableResult
  public mutating func resume(_ actor: ActorID, at now: Instant) -> Bool {
    guard contains(actor) else { return false }
    goOn(actor.index, at: now)
    return true
  }

  /// Ends an actor: its name is stale from now on. Its mail is dropped and counted. Complexity: O(its mail).
  ///
  /// - Returns: its process; nothing when there is no such actor any more.
  @discardableResult
  public mutating func stop(_ actor: ActorID) -> Behaviour? { stop(actor) { _ in } }

  /// Ends an actor, and gives its mail to `deadLetter`, the oldest message first. Complexity: O(its mail).
  ///
  /// - Returns: its process; nothing when there is no such actor any more.
  @discardableResult
  public mutating func stop(
    _ actor: ActorID, deadLetter: (_ message: consuming Message) -> Void
  ) -> Behaviour? {
    contains(actor) ? end(actor.index, deadLetter) : nil
  }

  private mutating func goOn(_ place: Int, at now: Instant) {
    places.slots[place].isSuspended = false
    if places.slots[place].mailCount > 0 { ready.wake(place, at: now) }
  }

  private mutating func end(_ place: Int, _ deadLetter: (consuming Message) -> Void) -> Behaviour? {
    ready.withdraw(place)
    while case .ready(let message) = places.slots[place].mailbox!.poll(at: .zero) {
      counters.deadLetters &+= 1
      deadLetter(message)
    }
    counters.stopped &+= 1
    return places.free(place)
  }
}
