public import Buffers

/// What a disk has in the place where a journal has its superblocks.
public enum JournalContent: Equatable, Sendable {
  /// Nothing but zeros: a journal can begin there.
  case blank
  /// A journal, of whatever version and state, or what cannot be read and may be one.
  case journal
  case other

  /// Looks at `disk`, which nobody else uses now, and writes nothing. Two reads of 64 KiB.
  ///
  /// - Parameters:
  ///   - blocks: lends one block at a time, of at least `JournalFormat.recordSectorLimit` sectors.
  ///   - wait: returns when the disk may have something completed, and gives up on it (`cancelAll`) when it takes too
  ///     long.
  public init<Disk: BlockPort & ~Copyable>(
    of disk: inout Disk, _ blocks: inout BlockPool, wait: (inout Disk) -> Void
  ) {
    var superblocks = SuperblockSelection()
    var sector: UInt64 = 0
    let end = min(disk.sectorCount, JournalFormat.firstRecordSector) & ~(JournalFormat.superblockSpacing - 1)
    while sector < end {
      let count = min(end - sector, UInt64(JournalFormat.recordSectorLimit))
      guard let block = blocks.take() else { preconditionFailure("a look at a disk needs a block") }
      let request = BlockRequest(.read, sector: sector, sectorCount: Int(count), block: block)
      let completion = Self.completion(of: request, by: &disk, wait)
      let isRead = completion.status == .succeeded
      if isRead { superblocks.take(completion, sectorCount: Int(count)) }
      blocks.give(completion.request.block)
      guard isRead else {
        self = .journal
        return
      }
      sector += count
    }
    self.init(superblocks.result)
  }

  private init(_ result: Result<Superblock?, JournalError>) {
    switch result {
    case .success(let superblock): self = superblock == nil ? .blank : .journal
    case .failure(.notAJournal): self = .other
    case .failure: self = .journal
    }
  }

  private static func completion<Disk: BlockPort & ~Copyable>(
    of request: consuming BlockRequest, by disk: inout Disk, _ wait: (inout Disk) -> Void
  ) -> BlockCompletion {
    if let refused = disk.submit(request) { return BlockCompletion(request: refused, status: .failed) }
    disk.flush()
    while true {
      if let completion = disk.completion() { return completion }
      wait(&disk)
    }
  }
}

extension SuperblockSelection {
  fileprivate mutating func take(_ completion: borrowing BlockCompletion, sectorCount: Int) {
    take(
      completion.request.block.bytes.extracting(0..<sectorCount * Block.sectorByteCount),
      sector: completion.request.sector)
  }
}
