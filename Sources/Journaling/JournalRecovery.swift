public import Buffers

/// Reads a journal back from its disk, in order and without touching the disk itself: requests come out,
/// completions go in, entries can be taken in between.
///
///     while true {
///       while recovery.nextEntry() { replay(recovery.entryNumber, recovery.entry) }
///       guard let request = recovery.nextRequest() else { break }   // submit it, wait, then complete(_:)
///     }
///
/// It ends in `status`: `finished`, and a `JournalWriter` can go on, or `failed`. One request is out at a time.
///
/// **Why the first record that is not whole tells the end.** The writer has one group in flight: it writes a
/// record only after the one before it was flushed. So when the power goes, at most the last record is torn,
/// and nothing lies behind it. A whole record behind a broken one therefore means that the broken one was
/// durable and is damaged now: refused. None up to the superblock's `extentEnd` (no record was ever written
/// beyond it) means a torn tail: it was never acknowledged, and is cut. What the superblock knows to be durable
/// must be there in any case.
///
/// **Why remains of a torn tail never come back.** Before the first append a new epoch, with the sequence it
/// begins at, is made durable in the superblock; from that sequence on only records of that epoch are valid.
public struct JournalRecovery: ~Copyable {
  /// What the journal is opened for.
  public enum Purpose: Sendable {
    /// To go on writing: a blank disk becomes a journal, a torn tail is cut, a new epoch begins.
    case appending
    /// To read only; nothing is written, a blank disk is an empty journal.
    case inspection
  }

  public enum Status: Equatable, Sendable {
    case working
    case finished
    case failed(JournalError)
  }

  enum Phase {
    /// Reading what lies in front of the records, from this sector on.
    case superblocks(next: UInt64)
    /// Reading records and handing out their entries.
    case records
    /// Looking behind the first invalid record for a valid one, from this sector on.
    case tail(next: UInt64)
    /// Making the new epoch durable.
    case settling(SuperblockUpdate)
    /// See `status`.
    case ended
  }

  public private(set) var status: Status = .working
  /// The superblock in force; its generation is 0 as long as none was found, or the disk is blank.
  public internal(set) var superblock: Superblock
  /// The point behind the last record read so far; its counts go into the boot log.
  public internal(set) var position = JournalPosition()
  /// The header of the record whose entries are being handed out.
  public internal(set) var record: RecordHeader?
  /// The number of the entry that `nextEntry()` moved to, from 1.
  public internal(set) var entryNumber: UInt64 = 0
  /// The sector behind the last record, if it held something that is not a record and was cut.
  public internal(set) var tornTailSector: UInt64?

  /// More than any disk has; sums of sectors and their byte counts do not overflow below.
  private static let sectorLimit: UInt64 = 1 << 50

  let purpose: Purpose
  let limits: JournalLimits
  /// The sectors of the disk.
  let end: UInt64
  var phase = Phase.superblocks(next: 0)
  var superblocks = SuperblockSelection()
  /// What was read last.
  var block: Block
  /// Goes out with the next request; nothing while one is out.
  private var spare: Block?
  private var returned: BlockRequest?
  /// What the block holds now.
  var window: Range<UInt64> = 0..<0
  /// In the block: the bytes of the current entry, and the entries of the current record still to come.
  var entryRange = 0..<0
  var unreadEntries = 0..<0
  /// Off only in a test that shows what it is good for.
  var verifiesBodies = true

  /// Takes two blocks of at least `JournalFormat.recordSectorLimit` sectors from `blocks`.
  ///
  /// - Parameter newJournalID: names the journal if one is made; another one each time, best random.
  /// - Throws: when the disk cannot hold a durable journal; nothing was taken then. Context: boot.
  public init(
    sectorCount: UInt64, isReadOnly: Bool, canFlush: Bool, purpose: Purpose, newJournalID: UInt64,
    limits: JournalLimits = JournalLimits(), blocks: inout BlockPool
  ) throws(JournalError) {
    if purpose == .appending {
      guard !isReadOnly else { throw .readOnlyDisk }
      guard canFlush else { throw .diskCannotFlush }
    }
    guard sectorCount >= JournalFormat.minimumSectorCount else {
      throw .diskTooSmall(sectorCount: sectorCount, needed: JournalFormat.minimumSectorCount)
    }
    self.purpose = purpose
    self.limits = limits
    end = min(sectorCount, Self.sectorLimit)
    superblock = Superblock(journalID: newJournalID, sectorCount: end)
    guard let block = blocks.take(), let spare = blocks.take() else {
      preconditionFailure("a journal needs two blocks")
    }
    precondition(
      block.byteCount >= JournalFormat.recordSectorLimit * Block.sectorByteCount,
      "a block holds less than a record of full length")
    self.block = consume block
    self.spare = consume spare
  }

  /// What to ask of the disk now; nothing while a request is out, entries are left, or all is done.
  public mutating func nextRequest() -> BlockRequest? {
    if returned != nil { return returned.take() }
    guard unreadEntries.isEmpty, let block = spare.take() else { return nil }
    switch phase {
    case .superblocks(let next): return read(next..<JournalFormat.firstRecordSector, block)
    case .records: return read(position.sector..<end, block)
    case .tail(let next): return read(next..<scanEnd, block)
    case .settling(let update): return update.request(superblock, block: block)
    case .ended:
      spare = consume block
      return nil
    }
  }

  /// Takes a request back that the disk had no room for; `nextRequest()` gives it out again.
  public mutating func putBack(_ request: consuming BlockRequest) { returned = consume request }

  /// Takes the completion of the request that was out.
  public mutating func complete(_ completion: consuming BlockCompletion) {
    let succeeded = completion.status == .succeeded
    let operation = completion.request.operation
    let sector = completion.request.sector
    let count = UInt64(completion.request.sectorCount)
    spare = consume completion.request.block
    guard succeeded else {
      switch operation {
      case .read: return fail(.readFailed(sector: sector))
      case .write: return fail(.writeFailed(sector: sector))
      case .flush: return fail(.flushFailed)
      }
    }
    if operation == .read {
      swap(&block, &spare!)
      window = sector..<(sector + count)
    }
    goOn()
  }

  private mutating func goOn() {
    switch phase {
    case .superblocks: takeSuperblocks()
    case .records: takeRecord()
    case .tail: searchTail()
    case .settling(var update):
      let isLast = update.advance()
      phase = .settling(update)
      if isLast { end(.finished) }
    case .ended: preconditionFailure("a completion after the end")
    }
  }

  private func read(_ sectors: Range<UInt64>, _ block: consuming Block) -> BlockRequest {
    let count = min(sectors.upperBound - sectors.lowerBound, UInt64(JournalFormat.recordSectorLimit))
    return BlockRequest(.read, sector: sectors.lowerBound, sectorCount: Int(count), block: block)
  }

  mutating func fail(_ error: JournalError) { end(.failed(error)) }

  mutating func end(_ status: Status) {
    self.status = status
    phase = .ended
  }

  /// Gives the blocks back. No request may be out.
  public consuming func close(into blocks: inout BlockPool) {
    if let request = returned { blocks.give(request.block) }
    if let spare { blocks.give(spare) }
    blocks.give(block)
  }

  /// Ends recovery and hands the two blocks over.
  consuming func takeBlocks() -> JournalBlocks {
    guard let spare else { preconditionFailure("no request may be out") }
    return JournalBlocks(first: block, second: spare)
  }
}

/// The two blocks of a journal, on their way from recovery to writer.
struct JournalBlocks: ~Copyable {
  var first: Block
  var second: Block

  mutating func zero() {
    var buffer = first.buffer
    buffer.zero(0..<buffer.byteCount)
    buffer = second.buffer
    buffer.zero(0..<buffer.byteCount)
  }
}
