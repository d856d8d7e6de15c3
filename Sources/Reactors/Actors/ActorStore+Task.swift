public import Streams
public import Scheduling

/// How actors run in a reactor: one task steps their store, and whoever sends wakes it.
///
/// The task is a struct around a `Resident` store, whose output is an `Escalation`. It finishes when a failure escalates,
/// so that its parent, the supervisor, learns of it by `join`, decides, and spawns the task anew. The actors and their
/// mail live on meanwhile:
///
///     struct Buckets: Schedulable {
///       let actors: Resident<ActorStore<Bucket, RoundRobin>>
///
///       mutating func poll(_ context: inout CoreContext) -> TaskPoll<Escalation<Bucket.Failure>> {
///         actors.use { $0.poll(&context, budget: 32) { actor, process, result in ... } }
///       }
///
///       static var functions: TaskFunctions<Self> { TaskFunctions(poll: { $0.poll(&$1) }, drop: { $0.drop($1) }) }
///     }
extension ActorStore where Behaviour: ~Copyable, Mail: ~Copyable {
  /// The poll of the task that steps the store: hands out messages as `step` does.
  ///
  /// - Parameter budget: the most messages in a poll. It must be chosen so that they are handled within the reactor's
  ///   budget of a poll.
  @inline(__always)
  public mutating func poll(
    _ context: inout CoreContext, budget: Int,
    handled: (_ actor: ActorID, _ process: inout Behaviour, _ result: Result<State, Failure>) -> Void
  ) -> TaskPoll<Escalation<Failure>> {
    switch step(budget: budget, at: context.now, handled: handled) {
    case .idle:
      waitingTask = context.current
      return .waiting
    case .more: return .ready
    case .escalated(let escalation): return .finished(escalation)
    }
  }

  /// Sends a message from a task, and wakes the one that steps the store.
  @inline(__always)
  public mutating func send(
    _ message: consuming Message, to actor: ActorID, from context: inout CoreContext
  ) -> Delivery<Message> {
    let delivery = send(message, to: actor, at: context.now)
    // Woken once is enough: what comes until it is polled finds it ready.
    if let task = waitingTask, !ready.isEmpty {
      waitingTask = nil
      context.wake(task)
    }
    return delivery
  }
}

extension Resident where Value: ~Copyable {
  /// Sends a message to an actor of a resident store from a task, and wakes the one that steps the store.
  @inline(__always)
  public func send<Behaviour: RestartableProcess & ~Copyable, Mail: TaskDiscipline & ~Copyable>(
    _ message: consuming Behaviour.Message, to actor: ActorID, from context: inout CoreContext
  ) -> Delivery<Behaviour.Message> where Value == ActorStore<Behaviour, Mail> {
    // A closure cannot consume what it captures, except out of an optional.
    var message: Behaviour.Message? = message
    return use { $0.send(message.take()!, to: actor, from: &context) }
  }
}
