public import Timing

/// What happens to an actor whose process refuses a message, declared when it is started.
@frozen public enum FailurePolicy: Sendable {
  /// A failure is an answer like any other: the process is what it was, and goes on.
  case resume
  /// The process begins anew; its mail is kept. Above the store's limit of restarts, or when the process cannot begin
  /// anew, the failure escalates.
  case restart
  /// The actor dies. Its mail is dropped and counted.
  case stop
  /// The actor is suspended with its mail, and the failure is the owner's: it restarts, resumes or stops it.
  case escalate
}

/// How many restarts a store does by itself in any stretch of time before a failure escalates.
public struct RestartLimit: Sendable {
  /// 0 or more.
  public var count: Int
  /// The stretch, both ends included.
  public var period: Duration

  /// One restart in five seconds, unless said otherwise.
  public init(count: Int = 1, period: Duration = .seconds(5)) {
    precondition(count >= 0, "a limit of restarts is 0 or more")
    self.count = count
    self.period = period
  }
}

/// A failure that an actor's store does not handle: the owner decides. The actor is suspended meanwhile: mail to it is
/// kept, and not handled.
public struct Escalation<Failure: Error>: Error {
  public let actor: ActorID
  public let failure: Failure
  public let cause: EscalationCause
}

/// Why a failure has come to the owner.
public enum EscalationCause: Sendable {
  /// The actor's policy says so.
  case declared
  /// One more restart would have been above the limit.
  case restartLimit
  /// The process could not begin anew.
  case restartFailed
}
