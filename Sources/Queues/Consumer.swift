public import Streams
import Timing

/// The end of a queue that messages come out of, as a stream and as a discipline. A handle: whoever owns it consumes.
///
/// As a stream it ends when its producers are gone and everything was taken; a queue within one core, which is both of its
/// ends, never does.
public protocol Consumer<Message>: Stream, Discipline, ~Copyable
where Failure == Never, Work == Message {
  /// Messages the queue holds at most.
  var capacity: Int { get }
}

extension Consumer where Self: ~Copyable {
  /// Takes the next message.
  ///
  /// - Parameter limit: a budget; nothing is picked when it is zero.
  public mutating func select(_ limit: UInt64) -> Message? {
    guard limit > 0, case .ready(let message) = poll(at: .zero) else { return nil }
    return message
  }
}
