/// A message or a failure, and which of several like futures it came from.
@frozen public struct Indexed<Value: ~Copyable>: ~Copyable {
  /// From zero.
  public let index: Int
  public var value: Value

  public init(index: Int, _ value: consuming Value) {
    self.index = index
    self.value = value
  }
}

extension Indexed: Copyable where Value: Copyable {}
extension Indexed: Sendable where Value: Sendable & ~Copyable {}
extension Indexed: Equatable where Value: Equatable {}
extension Indexed: Error where Value: Error {}
