/// A process that can begin anew in its place, with the memory and the resources it was made with: what an actor is
/// made of.
public protocol RestartableProcess<Message, State, Failure>: Process, ~Copyable {
  /// Makes it what it was before its first message. It throws when it cannot: somebody above has to decide then.
  mutating func restart() throws(Failure)
}
