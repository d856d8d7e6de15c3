/// One of the owners of a buffer that nobody may write any more. Dropping the last one gives the buffer back.
public struct SharedBuffer<Word: SharedWord & ~Copyable>: ~Copyable, Sendable {
  /// Owners a buffer can have at most. Beyond it another one traps: the count is far from its limit then.
  public static var largestOwnerCount: UInt64 { 1 << 32 }

  private let records: Records<Word>
  private let place: UInt32
  private let validCount: UInt32

  /// Makes the first owner of a buffer that was uniquely owned: the record's word counts the owners from now on.
  init(sharing records: Records<Word>, _ place: UInt32, validCount: UInt32) {
    records[UInt64(place)].store(1)
    self.init(records, place, validCount: validCount)
  }

  private init(_ records: Records<Word>, _ place: UInt32, validCount: UInt32) {
    self.records = records
    self.place = place
    self.validCount = validCount
  }

  deinit {
    // Acquire and release: what all others have read is read before the next owner writes.
    if records[UInt64(place)].add(0 &- 1) == 1 { records.give(UInt64(place)) }
  }

  /// Valid bytes.
  public var byteCount: Int { Int(validCount) }

  /// The valid bytes. In the image they are looked at in a function that borrows the buffer, or through a `var`: the
  /// compiler would put a generic owner bound by `let` on the heap.
  public var bytes: RawSpan {
    @inline(__always) @_lifetime(borrow self) get { records.bytes(UInt64(place), byteCount: byteCount) }
  }

  /// One more owner of the same buffer. Wait-free.
  public func clone() -> SharedBuffer {
    let owners = records[UInt64(place)].add(1)
    precondition(owners < Self.largestOwnerCount, "too many owners of a buffer")
    return SharedBuffer(records, place, validCount: validCount)
  }
}
