public import Buffers

/// Byte buffers of one size for whatever is too large to be copied from core to core: a fixed number, lent, owned while
/// they travel, and back in the pool when their last owner drops them, on whichever core that is.
///
/// A taken buffer is a `UniqueBuffer`, which its owner alone reads and writes; it can become a `SharedBuffer`, which has
/// many owners who only read. Sending either through a queue moves the ownership and no bytes. A copy of this means the
/// same buffers, and may be used on any core. Everything is lock-free, O(1), and bounded by the pool.
public struct BufferPool<Word: SharedWord & ~Copyable>: Sendable {
  private let records: Records<Word>

  /// Buffers a pool can have at most.
  public static var largestCapacity: Int { Records<Word>.largestCount }
  /// Bytes a buffer can have at most.
  public static var largestBuffer: Int { 1 << 30 }

  /// Carves `capacity` buffers, 1 to `largestCapacity`, of `byteCount` bytes each, 1 to `largestBuffer`; each begins at a
  /// multiple of 64 bytes. Context: boot.
  public init(capacity: Int, byteCount: Int, in arena: inout Arena) throws(QueueError) {
    guard capacity > 0, capacity <= Self.largestCapacity else { throw .capacityOutOfRange(capacity) }
    guard byteCount > 0, byteCount <= Self.largestBuffer else { throw .capacityOutOfRange(byteCount) }
    do throws(ArenaError) {
      records = try Records(
        count: capacity, payloadByteCount: byteCount, payloadAlignment: Records<Word>.bufferAlignment,
        in: &arena)
    } catch {
      throw QueueError(error)
    }
  }

  /// Buffers in the pool and lent together.
  public var capacity: Int { records.count }
  /// Bytes of each buffer.
  public var bufferByteCount: Int { records.payloadByteCount }
  /// Buffers that somebody owns: zero when all handles are gone.
  public var lentCount: Int { records.lentCount }

  /// Lends a buffer with no valid bytes; nothing when all are lent. Its memory is what its last owner left.
  public func take() -> UniqueBuffer<Word>? {
    let place = records.take()
    guard place != 0 else { return nil }
    return UniqueBuffer(records, place)
  }
}
