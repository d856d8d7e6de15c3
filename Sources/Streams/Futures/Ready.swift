public import Timing

/// A message that is there already.
public struct Ready<Message: ~Copyable>: Future, ~Copyable {
  private var message: Message?

  public init(_ message: consuming Message) { self.message = consume message }

  @inline(__always)
  public mutating func poll(at now: Instant) -> Poll<Message, Never> {
    guard let message = message.take() else { return .ended }
    return .ready(message)
  }
}

extension Ready: Copyable where Message: Copyable {}
extension Ready: Sendable where Message: Sendable & ~Copyable {}
