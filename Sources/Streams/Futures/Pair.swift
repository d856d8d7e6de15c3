/// Two messages that belong together.
@frozen public struct Pair<First: ~Copyable, Second: ~Copyable>: ~Copyable {
  public var first: First
  public var second: Second

  public init(_ first: consuming First, _ second: consuming Second) {
    self.first = first
    self.second = second
  }
}

extension Pair: Copyable where First: Copyable, Second: Copyable {}
extension Pair: Sendable where First: Sendable & ~Copyable, Second: Sendable & ~Copyable {}
extension Pair: Equatable where First: Equatable, Second: Equatable {}
