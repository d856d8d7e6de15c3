/// Hands something owned to the thread that uses it.
public final class Box<Value: ~Copyable>: @unchecked Sendable {
  // SAFETY: put in before the thread starts, and taken once, by it.
  private var value: Value?

  public init(_ value: consuming Value) { self.value = consume value }

  /// What was put in; it must be there.
  public func take() -> Value { value.take()! }
}
