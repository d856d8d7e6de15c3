/// A buffer of a `BufferPool` with one owner, who may write it. Dropping it gives it back.
@frozen public struct UniqueBuffer<Word: SharedWord & ~Copyable>: ~Copyable, Sendable {
  private let records: Records<Word>
  private let place: UInt32
  private var validCount: UInt32 = 0

  init(_ records: Records<Word>, _ place: UInt64) {
    self.records = records
    self.place = UInt32(truncatingIfNeeded: place)
  }

  deinit { records.give(UInt64(place)) }

  /// Bytes the buffer has room for.
  public var capacity: Int { records.payloadByteCount }
  /// Valid bytes, 0 to `capacity`: none at first.
  public var byteCount: Int { Int(validCount) }

  /// Says how many bytes are valid; at most `capacity`, or it traps.
  public mutating func resize(to byteCount: Int) {
    precondition(byteCount >= 0 && byteCount <= capacity, "more bytes than the buffer has")
    validCount = UInt32(truncatingIfNeeded: byteCount)
  }

  /// The valid bytes, for reading.
  public var bytes: RawSpan {
    @inline(__always) @_lifetime(borrow self) get { records.bytes(UInt64(place), byteCount: byteCount) }
  }

  /// The whole buffer, for writing; say with `resize(to:)` how much of it is valid.
  public var buffer: MutableRawSpan {
    @inline(__always) @_lifetime(&self) mutating get {
      records.mutableBytes(UInt64(place), byteCount: capacity)
    }
  }

  /// Gives up writing, so that there can be many owners.
  public consuming func share() -> SharedBuffer<Word> {
    let shared = SharedBuffer(sharing: records, place, validCount: validCount)
    discard self
    return shared
  }
}
