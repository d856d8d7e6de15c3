public import Buffers

/// Appends entries to a journal and makes them durable in groups, without touching the disk itself: requests
/// come out, completions go in.
///
/// Appended entries gather in one block. As soon as the disk is free they become one record: it is written,
/// then flushed, and only then `durableThrough` moves. Meanwhile the next group gathers in the other block, so
/// that one flush serves all entries that came while the one before it was under way. Exactly one request is
/// out at any time; recovery relies on that.
///
/// An error from the disk ends the writer: no further request, nothing more becomes durable, and no sector is
/// written again, because nothing is known about what a failed write left behind.
public struct JournalWriter: ~Copyable {
  enum Stage: Sendable {
    /// Nothing is out and nothing waits for the disk, but maybe entries gather.
    case idle
    /// A record was handed out to be written.
    case writing
    /// It was written, and the flush is the next request, or out.
    case flushing
    /// The superblock is being replaced.
    case updating(SuperblockUpdate)
  }

  /// How many entries, from the journal's first on, are durable.
  public internal(set) var durableThrough: UInt64
  /// How many entries the journal has, those that still gather included; also the last one's number.
  public internal(set) var entryCount: UInt64
  /// Set when the disk reported an error.
  public internal(set) var failure: JournalFailure?
  /// Writes and flushes the disk has completed, superblocks included.
  public internal(set) var writeCount: UInt64 = 0
  public internal(set) var flushCount: UInt64 = 0

  let limits: JournalLimits
  var superblock: Superblock
  var stage = Stage.idle
  /// Where the gathering group goes, and what it follows.
  var head: JournalPosition
  /// The group that gathers.
  var filling: Block
  /// The bytes of it in use, those of the header included.
  var filledByteCount = RecordHeader.byteCount
  /// The bytes of it that can be used: what the block holds, and what there is room for on the disk.
  var fillLimit = 0
  /// From here on the block holds zeros.
  var fillingDirtyEnd = 0
  /// The other block; nothing while a request is out.
  var spare: Block?
  var spareDirtyEnd = 0
  var returned: BlockRequest?

  /// Goes on behind what a recovery that has `finished` for appending has read. Context: boot.
  public init(_ recovery: consuming JournalRecovery) {
    precondition(
      recovery.status == .finished && recovery.purpose == .appending,
      "a writer needs a recovery that finished, for appending")
    limits = recovery.limits
    superblock = recovery.superblock
    head = recovery.position
    durableThrough = recovery.position.entryCount
    entryCount = recovery.position.entryCount
    var blocks = recovery.takeBlocks()
    blocks.zero()
    filling = consume blocks.first
    spare = consume blocks.second
    updateFillLimit()
  }

  /// Whether the disk has failed, and nothing more becomes durable.
  public var isFailed: Bool { failure != nil }

  /// Records so far, those in front of this boot included.
  public var recordCount: UInt64 { head.recordCount }

  /// Gives the blocks back. No request may be out.
  public consuming func close(into blocks: inout BlockPool) {
    if let request = returned { blocks.give(request.block) }
    if let spare { blocks.give(spare) }
    blocks.give(filling)
  }
}

// It owns its blocks alone.
extension JournalWriter: Sendable {}

/// What the disk failed to do.
public struct JournalFailure: Equatable, Sendable {
  public let operation: BlockRequest.Operation
  /// The first sector of a failed write; 0 for a flush.
  public let sector: UInt64
}

/// Why an entry was not appended.
public enum AppendError: Error, Equatable, Sendable {
  /// The group that gathers is full and the disk is busy: try again after the next completion.
  case groupFull
  /// The disk is full: no entry of this size can be appended any more.
  case journalFull
  /// The disk has failed, see `JournalWriter.failure`.
  case failed
}
