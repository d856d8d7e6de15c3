/// A side of the book. What a client calls it on the wire is a `SideCode`.
public enum Side: UInt8, Sendable, BitwiseCopyable {
  case buy = 0
  case sell = 1
}
