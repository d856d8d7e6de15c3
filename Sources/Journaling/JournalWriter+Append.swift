import Buffers
import Wire

/// Appending entries, and the room there is for them.
extension JournalWriter {
  /// Appends an entry of `byteCount` bytes, at most `JournalFormat.entryByteLimit`, that `write` fills in.
  ///
  /// - Returns: the entry's number; it is durable once `durableThrough` has reached it. Complexity: O(1).
  @inline(__always)
  public mutating func append(
    byteCount: Int, write: (_ bytes: inout MutableRawSpan) -> Void
  ) throws(AppendError) -> UInt64 {
    let prefix = filledByteCount
    let start = prefix &+ JournalFormat.entryPrefixByteCount
    let end = start &+ byteCount
    guard UInt(bitPattern: byteCount) <= UInt(bitPattern: JournalFormat.entryByteLimit), end <= fillLimit
    else { throw refusal(byteCount) }
    var buffer = filling.buffer
    buffer.storeLittleEndian(UInt16(truncatingIfNeeded: byteCount), at: prefix)
    var bytes = buffer._mutatingExtracting(start..<end)
    write(&bytes)
    filledByteCount = end
    entryCount &+= 1
    return entryCount
  }

  /// Appends an entry of these bytes, as above.
  public mutating func append(_ bytes: RawSpan) throws(AppendError) -> UInt64 {
    let byteCount = bytes.byteCount
    return try append(byteCount: byteCount) { $0.copy(bytes, from: 0, byteCount: byteCount, to: 0) }
  }

  private mutating func refusal(_ byteCount: Int) -> AppendError {
    precondition(byteCount >= 0 && byteCount <= entryByteLimit, "an entry longer than a record holds")
    if isFailed { return .failed }
    return hasRoom(byteCount: byteCount, reserve: 0) ? .groupFull : .journalFull
  }

  /// The longest entry this writer takes.
  public var entryByteLimit: Int {
    limits.groupSectorCount * Block.sectorByteCount - RecordHeader.byteCount
      - JournalFormat.entryPrefixByteCount
  }

  /// Entry bytes, prefixes included, that can be appended before the gathering group is written; 0 after a failure.
  @inline(__always)
  public var gatheringRoomByteCount: Int { max(0, fillLimit &- filledByteCount) }

  /// Sectors that neither hold a record nor will be taken by what has been appended so far.
  public var freeSectorCount: UInt64 { UInt64(sectorsLeft &- gatheredSectorCount) }

  /// Whether the group that gathers can take all sectors left: then no other will follow it, and what does not fit
  /// in it will never fit.
  public var isGatheringLastGroup: Bool { sectorsLeft <= limits.groupSectorCount }

  /// Whether `reserve` more entries are sure to find room after an entry of `byteCount` bytes, even if each of
  /// them becomes a record of its own; each at most `JournalFormat.singleSectorEntryByteLimit` bytes long.
  ///
  /// False when the entry itself finds none. Appending may still have to wait for the group to be written.
  public func hasRoom(byteCount: Int, reserve: Int) -> Bool {
    let entryByteCount = JournalFormat.entryPrefixByteCount &+ byteCount
    var needed = JournalFormat.sectorCount(ofByteCount: filledByteCount &+ entryByteCount)
    if needed > limits.groupSectorCount {
      needed = gatheredSectorCount &+ JournalFormat.sectorCount(ofLoneEntry: byteCount)
    }
    return needed &+ reserve <= sectorsLeft
  }

  /// Sectors from the gathering group's first on.
  var sectorsLeft: Int { Int(truncatingIfNeeded: superblock.sectorCount &- head.sector) }

  /// Sectors the gathering group takes; none when it is empty.
  private var gatheredSectorCount: Int {
    hasEntries ? JournalFormat.sectorCount(ofByteCount: filledByteCount) : 0
  }

  /// Whether anything gathers.
  var hasEntries: Bool { filledByteCount > RecordHeader.byteCount }

  /// Computes how far the gathering group can be filled.
  mutating func updateFillLimit() {
    fillLimit = isFailed ? 0 : min(limits.groupSectorCount, sectorsLeft) &* Block.sectorByteCount
  }
}
