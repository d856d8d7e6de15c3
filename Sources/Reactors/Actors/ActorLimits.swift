/// How much a store of actors holds. All its memory is carved for them at boot.
public struct ActorLimits: Sendable {
  /// Actors at the same time, 1 to 65,536.
  public var actors: Int
  /// Messages that wait for one actor, 1 or more.
  public var mailboxCapacity: Int
  /// Restarts of all actors of the store together.
  public var restarts: RestartLimit

  public init(actors: Int = 64, mailboxCapacity: Int = 16, restarts: RestartLimit = RestartLimit()) {
    precondition(actors > 0 && actors <= 1 << 16, "a store has room for 1 to 65,536 actors")
    self.actors = actors
    self.mailboxCapacity = mailboxCapacity
    self.restarts = restarts
  }
}

/// What happened in a store of actors since boot. They wrap.
public struct ActorCounters: Equatable, Sendable {
  public internal(set) var started: UInt64 = 0
  public internal(set) var delivered: UInt64 = 0
  /// Messages given back since the mailbox was full.
  public internal(set) var refusedFull: UInt64 = 0
  /// Messages given back since there was no such actor any more.
  public internal(set) var refusedDead: UInt64 = 0
  public internal(set) var handled: UInt64 = 0
  /// Messages whose handling failed, whatever was done about it.
  public internal(set) var failures: UInt64 = 0
  public internal(set) var restarts: UInt64 = 0
  public internal(set) var escalations: UInt64 = 0
  public internal(set) var stopped: UInt64 = 0
  /// Messages whose actor was stopped before it had handled them.
  public internal(set) var deadLetters: UInt64 = 0
}
