/// A number as a type: what is known when the program is compiled.
public struct Limit<let count: Int>: Sendable {
  public init() {}
}
