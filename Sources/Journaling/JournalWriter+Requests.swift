public import Buffers

/// From a gathered group to a durable one: seal, write, flush.
extension JournalWriter {
  /// What to ask of the disk now; nothing while a request is out, when nothing is left to be made durable, or
  /// after a failure.
  public mutating func nextRequest() -> BlockRequest? {
    if returned != nil { return returned.take() }
    guard spare != nil, failure == nil else { return nil }
    if case .idle = stage {
      guard hasEntries else { return nil }
      guard superblock.needsExtension(for: head.sector) else { return seal() }
      beginUpdate()
    }
    let block = spare.take()!
    if case .updating(let update) = stage { return update.request(superblock, block: block) }
    return BlockRequest(.flush, sector: 0, sectorCount: 0, block: block)
  }

  /// Takes a request back that the disk had no room for; `nextRequest()` gives it out again.
  public mutating func putBack(_ request: consuming BlockRequest) { returned = consume request }

  /// Takes the completion of the request that was out.
  public mutating func complete(_ completion: consuming BlockCompletion) {
    let succeeded = completion.status == .succeeded
    let operation = completion.request.operation
    let sector = completion.request.sector
    spare = consume completion.request.block
    guard succeeded else { return fail(operation, sector) }
    if operation == .flush { flushCount &+= 1 } else { writeCount &+= 1 }
    switch stage {
    case .writing: stage = .flushing
    case .flushing:
      durableThrough = head.entryCount
      stage = .idle
    case .updating(var update): stage = update.advance() ? .idle : .updating(update)
    case .idle: preconditionFailure("a completion of nothing")
    }
  }

  private mutating func fail(_ operation: BlockRequest.Operation, _ sector: UInt64) {
    failure = JournalFailure(operation: operation, sector: sector)
    updateFillLimit()
  }

  /// Moves the superblock's `extentEnd` on, before a record could reach beyond it.
  private mutating func beginUpdate() {
    superblock.generation &+= 1
    superblock.durableRecordCount = head.recordCount
    superblock.extend(for: head.sector, step: limits.extentStepSectorCount)
    spareDirtyEnd = max(spareDirtyEnd, Block.sectorByteCount)
    stage = .updating(SuperblockUpdate(flushesFirst: false))
  }

  /// Makes a record of the group that gathers, and lets the next group gather in the other block.
  private mutating func seal() -> BlockRequest {
    guard var sealed = spare.take() else { preconditionFailure("a group is sealed while another is out") }
    let sector = head.sector
    let sectorCount = JournalFormat.sectorCount(ofByteCount: filledByteCount)
    encodeRecord()
    head.sector &+= UInt64(truncatingIfNeeded: sectorCount)
    swap(&filling, &sealed)
    (fillingDirtyEnd, spareDirtyEnd) = (spareDirtyEnd, filledByteCount)
    filledByteCount = RecordHeader.byteCount
    updateFillLimit()
    stage = .writing
    return BlockRequest(.write, sector: sector, sectorCount: sectorCount, block: sealed)
  }

  /// Completes the gathering group to a record, and `head` to the point behind it but for its sector.
  private mutating func encodeRecord() {
    let header = gatheredHeader()
    let unused = filledByteCount..<max(filledByteCount, fillingDirtyEnd)
    head.checksum = Self.complete(&filling, header, unused)
    head.recordCount &+= 1
    head.entryCount = entryCount
  }

  /// Writes the header in front of the entries and zeros behind them; returns the header's checksum.
  private static func complete(_ block: inout Block, _ header: RecordHeader, _ unused: Range<Int>) -> UInt64 {
    var buffer = block.buffer
    buffer.zero(unused)
    return header.encode(into: &buffer)
  }

  /// The header for the group that gathers.
  private mutating func gatheredHeader() -> RecordHeader {
    let body = filling.bytes.extracting(RecordHeader.byteCount..<filledByteCount)
    return RecordHeader(
      journalID: superblock.journalID, sector: head.sector, epoch: superblock.epoch,
      sequence: head.recordCount &+ 1, firstEntry: head.entryCount &+ 1, durableThrough: durableThrough,
      entryCount: UInt32(truncatingIfNeeded: entryCount &- head.entryCount),
      bodyByteCount: UInt32(truncatingIfNeeded: body.byteCount), previousChecksum: head.checksum,
      bodyChecksum: Checksum.of(body))
  }
}
