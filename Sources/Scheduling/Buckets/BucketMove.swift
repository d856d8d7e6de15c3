/// A bucket that is to change its owner.
public struct BucketMove: Equatable, Sendable, BitwiseCopyable {
  public var bucket: Int
  /// The core that owns it.
  public var from: Int
  /// The core that is to own it.
  public var to: Int

  public init(bucket: Int, from: Int, to: Int) {
    self.bucket = bucket
    self.from = from
    self.to = to
  }
}
