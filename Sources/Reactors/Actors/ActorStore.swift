public import Buffers
import Queues
public import Scheduling
public import Streams
public import Timing

/// Actors of one kind: processes with a bounded mailbox each, in a preallocated store indexed by id. The second of the
/// indexed backends, beside the timers.
///
/// Whoever sends a message puts it into the actor's mailbox; a step lets the discipline `Mail` pick among the actors
/// that have mail, and hands each picked one its oldest message. So the messages of one actor are handled in the order
/// in which they were sent, and how long an actor with mail waits, in messages of others, is what the discipline
/// promises of its tasks. A message that an actor cannot take comes back to its sender.
///
/// A process that refuses a message is treated as its policy says. The store belongs to one core, and to one task of it:
/// `poll` is that task's, whose parent is the actors' supervisor. Context: reactor.
public struct ActorStore<Behaviour: RestartableProcess & ~Copyable, Mail: TaskDiscipline & ~Copyable>:
  ~Copyable
{
  public typealias Message = Behaviour.Message
  public typealias State = Behaviour.State
  public typealias Failure = Behaviour.Failure

  var places: ActorPlaces<Behaviour>
  /// Actors that have mail and are not suspended.
  var ready: Mail
  var restarts: RestartHistory
  /// The task that steps the store, while it waits for mail.
  var waitingTask: TaskID?
  public internal(set) var counters = ActorCounters()

  /// Carves all places and mailboxes. Complexity: O(their bytes). Context: boot.
  public init(limits: ActorLimits = ActorLimits(), in arena: inout Arena) throws(ArenaError) {
    let places = try ActorPlaces<Behaviour>(
      count: limits.actors, mailboxCapacity: limits.mailboxCapacity, in: &arena)
    let ready = try Mail(taskCount: limits.actors, in: &arena)
    let restarts = try RestartHistory(limits.restarts, in: &arena)
    self.places = places
    self.ready = ready
    self.restarts = restarts
  }

  /// Living actors, also suspended ones.
  public var count: Int { places.count }

  /// Actors there is room for.
  public var capacity: Int { places.slots.count }

  /// Whether no actor has mail, suspended ones not counted. Complexity: O(1).
  @inline(__always) public var isIdle: Bool { ready.isEmpty }

  /// Whether the name is of a living actor.
  @inline(__always)
  public func contains(_ actor: ActorID) -> Bool { places.contains(actor) }

  /// The state of a living actor.
  public func state(of actor: ActorID) -> State? { contains(actor) ? places.slots[actor.index].state : nil }

  /// Messages that wait for an actor; 0 when it is dead. Complexity: O(1).
  public func mailCount(of actor: ActorID) -> Int {
    contains(actor) ? places.slots[actor.index].mailCount : 0
  }

  /// Whether a failure of the actor waits for the owner's decision.
  public func isSuspended(_ actor: ActorID) -> Bool {
    contains(actor) && places.slots[actor.index].isSuspended
  }

  // MARK: - Starting and sending

  /// Makes a process an actor, with an empty mailbox; gives it back when there is no place. Complexity: O(1).
  ///
  /// - Parameters:
  ///   - attributes: what the discipline `Mail` goes by when it picks among actors with mail.
  ///   - policy: what happens when the process refuses a message.
  public mutating func start(
    _ process: consuming Behaviour, _ attributes: TaskAttributes = TaskAttributes(),
    onFailure policy: FailurePolicy
  ) -> Started<Behaviour> {
    guard places.hasRoom else { return .full(process) }
    let place = places.take(process, policy)
    ready.admit(place, attributes)
    counters.started &+= 1
    return .actor(places.id(of: place))
  }

  /// Puts a message into an actor's mailbox, behind all that were sent before; gives it back when the actor is dead or
  /// its mailbox full. A suspended actor's mailbox takes mail as long as it has room. Complexity: the discipline's.
  ///
  /// - Parameter now: the present time, which only a discipline with deadlines depends on.
  @inline(__always)
  public mutating func send(
    _ message: consuming Message, to actor: ActorID, at now: Instant
  ) -> Delivery<Message> {
    guard contains(actor) else {
      counters.refusedDead &+= 1
      return .dead(message)
    }
    if let message = places.slots[actor.index].mailbox!.push(message) {
      counters.refusedFull &+= 1
      return .full(message)
    }
    counters.delivered &+= 1
    if !places.slots[actor.index].isSuspended { ready.wake(actor.index, at: now) }
    return .delivered
  }
}
