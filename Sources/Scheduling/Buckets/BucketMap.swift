public import Buffers

/// Which core owns each bucket: what a message is routed by.
///
/// Whoever routes owns the map and is the only one to change it. Reading is one load from a table.
public struct BucketMap: ~Copyable {
  /// Buckets there are at most.
  public static var largestBucketCount: Int { 256 }
  /// Cores there are at most.
  public static var largestCoreCount: Int { 64 }

  private var owners: Table<UInt8>
  /// Cores that can own buckets: 0 to `coreCount` - 1.
  public let coreCount: Int

  /// Deals the buckets out in turn: bucket b to core b modulo `coreCount`. Context: boot.
  ///
  /// - Parameters:
  ///   - bucketCount: a power of two, at most `largestBucketCount`.
  ///   - coreCount: 1 to `largestCoreCount`.
  public init(
    bucketCount: Int = largestBucketCount, coreCount: Int, in arena: inout Arena
  ) throws(ArenaError) {
    precondition(
      bucketCount > 0 && bucketCount <= Self.largestBucketCount && bucketCount & (bucketCount - 1) == 0,
      "buckets are a power of two, at most 256")
    precondition(coreCount > 0 && coreCount <= Self.largestCoreCount, "buckets are owned by 1 to 64 cores")
    owners = try Table(count: bucketCount, in: &arena) { UInt8(truncatingIfNeeded: $0 % coreCount) }
    self.coreCount = coreCount
  }

  public var bucketCount: Int { owners.count }

  /// The core that owns `bucket`. Complexity: one load.
  @inline(__always)
  public func owner(of bucket: Int) -> Int { Int(owners[bucket]) }

  /// Gives `bucket` to `core`.
  public mutating func assign(_ bucket: Int, to core: Int) {
    precondition(UInt(bitPattern: core) < UInt(bitPattern: coreCount), "no such core")
    owners[bucket] = UInt8(truncatingIfNeeded: core)
  }
}
