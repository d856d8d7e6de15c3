/// One part of a bucket on its way from one engine to another: a resting order, or, as the last, the bucket's counters.
///
/// At most 64 bytes, so that it travels through a queue.
public struct BucketPart: BitwiseCopyable, Sendable {
  /// An order as it rests, with what it needs to find its place again.
  struct Order: BitwiseCopyable, Sendable {
    var symbol: Symbol
    var userReference: UInt32
    /// Ten-thousandths; a limit price fits in 31 bits.
    var price: UInt32
    var size: UInt32
    var executed: UInt32
    var client: UInt8
    var side: Side
    var sideCode: SideCode
    var capacity: CapacityCode
  }

  enum Content: BitwiseCopyable, Sendable {
    case order(Order)
    case numbers(BucketNumbers)
  }

  /// The bucket it is of.
  public let bucket: UInt8
  let content: Content

  /// Whether the bucket's move is complete when this part is adopted.
  public var isLast: Bool {
    switch content {
    case .order: false
    case .numbers: true
    }
  }
}
