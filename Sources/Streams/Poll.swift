/// What asking for a value gave: the value, or "not yet".
///
/// A pending answer is a promise that the asker is woken when asking again makes sense.
public enum Poll<Value: ~Copyable>: ~Copyable {
  case ready(Value)
  case pending
}

extension Poll: Copyable where Value: Copyable {}
extension Poll: Sendable where Value: Sendable & ~Copyable {}
