public import Streams

/// What became of a message to an actor.
@frozen public enum Delivery<Message: ~Copyable>: ~Copyable {
  /// It lies in the actor's mailbox.
  case delivered
  /// The mailbox has no room: here it is again.
  case full(Message)
  /// There is no such actor any more: here it is again.
  case dead(Message)

  @inline(__always)
  public var isDelivered: Bool {
    switch self {
    case .delivered: true
    case .full: false
    case .dead: false
    }
  }

  /// The message, unless it was delivered.
  public consuming func refused() -> Message? {
    switch consume self {
    case .delivered: nil
    case .full(let message): message
    case .dead(let message): message
    }
  }
}

extension Delivery: Copyable where Message: Copyable {}

/// What became of a process that was to be an actor.
@frozen public enum Started<Behaviour: Process & ~Copyable>: ~Copyable {
  case actor(ActorID)
  /// The store has no place left: here is the process back.
  case full(Behaviour)

  /// The actor's name; nothing when the store was full, and then the process is dropped.
  public consuming func id() -> ActorID? {
    switch consume self {
    case .actor(let actor): actor
    case .full: nil
    }
  }
}
