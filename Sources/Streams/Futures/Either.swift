/// One of two: of two messages the one that came, of two failures the one that happened.
@frozen public enum Either<First: ~Copyable, Second: ~Copyable>: ~Copyable {
  case first(First)
  case second(Second)
}

extension Either: Copyable where First: Copyable, Second: Copyable {}
extension Either: Sendable where First: Sendable & ~Copyable, Second: Sendable & ~Copyable {}
extension Either: Equatable where First: Equatable, Second: Equatable {}
extension Either: Error where First: Error, Second: Error {}

extension Either where First: ~Copyable, Second: ~Copyable, First == Second {
  /// The one that is there, when it does not matter which.
  public consuming func whichever() -> First {
    switch consume self {
    case .first(let one): one
    case .second(let other): other
    }
  }
}
