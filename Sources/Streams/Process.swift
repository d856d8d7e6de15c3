/// A pure state machine: `send` moves it to its next state or says why not, and does no input or output.
///
/// Sending the same messages to two processes that start alike leaves them alike; that is what makes a journal
/// of messages a complete backup of the state.
public protocol Process<Message, State, Failure>: ~Copyable {
  associatedtype Message: ~Copyable
  associatedtype State
  associatedtype Failure: Error

  /// The state after all messages sent so far.
  var state: State { get }

  /// Applies one message. On failure the state is what it was.
  mutating func send(_ message: consuming Message) -> Result<State, Failure>
}
