public import Buffers
public import Queues

/// What joins the sessions core to a core that writes the journal: entries go there in owned buffers, and how far they
/// have come goes back as a small value, of which the newest is enough.
///
/// Both ways are bounded. There are no more buffers than places for them, so sending one never finds the link full; and
/// the way back overwrites, so the journal core never waits for anybody. When all buffers are out, the sessions core
/// leaves datagrams in the device.
public struct JournalLink: ~Copyable {
  /// The buffers; a copy of this says how many are out.
  public let pool: BufferPool<HardwareWord>
  private let batches: VecLink<JournalBatch, HardwareWord>.Ends
  private let progress: OverwritingLink<JournalProgress, HardwareWord>.Ends

  /// Carves buffers and queues; the buffers are the sessions core's. Context: boot.
  public init(_ properties: JournalLinkProperties, in arena: inout Arena) throws(QueueError) {
    precondition(properties.bufferCount >= 2, "one journal buffer is filled while another travels")
    precondition(
      properties.bufferByteCount >= JournalEntry.mostBytesOfDatagram,
      "a datagram's entries fit a journal buffer")
    let pool = try BufferPool<HardwareWord>(
      capacity: properties.bufferCount, byteCount: properties.bufferByteCount, in: &arena)
    let batches = try VecLink<JournalBatch, HardwareWord>(
      QueueProperties(capacity: properties.bufferCount, waiting: properties.entriesWaiting), in: &arena
    ).link()
    progress = try OverwritingLink<JournalProgress, HardwareWord>(
      QueueProperties(capacity: 1, overflow: .dropOldest, waiting: properties.progressWaiting), in: &arena
    ).link()
    self.pool = pool
    self.batches = batches
  }

  /// The two ends of `journal`, which goes on with the entry it would have appended next. All of it is durable.
  public consuming func ends<Disk: BlockPort & ~Copyable>(
    of journal: consuming DiskJournal<Disk>
  ) -> JournalEnds<Disk> {
    precondition(
      journal.durableThrough &+ 1 == journal.nextEntry, "a journal is handed over when all of it is durable")
    let start = JournalProgress(of: journal, takenSectorCount: 0)
    let remote = RemoteJournal(
      start, answerSectorCount: journal.answerSectorCount, pool, batches.producer, progress.consumer)
    return JournalEnds(remote, JournalService(journal, batches.consumer, progress.producer))
  }
}

/// Both ends of a journal on another core, each to be moved to where it is used. Frozen, so that they can be taken apart.
@frozen public struct JournalEnds<Disk: BlockPort & ~Copyable>: ~Copyable {
  /// For the order node, on the sessions core.
  public var journal: RemoteJournal
  /// For a task of the journal core.
  public var service: JournalService<Disk>

  init(_ journal: consuming RemoteJournal, _ service: consuming JournalService<Disk>) {
    self.journal = journal
    self.service = service
  }
}

extension JournalEnds: Sendable where Disk: Sendable & ~Copyable {}

/// How much is on its way between the two ends, and how they wake each other.
public struct JournalLinkProperties: Sendable {
  /// Buffers, at least 2: one that is filled, one in reserve, and those that travel.
  public var bufferCount: Int
  /// Bytes of each, at least `JournalEntry.mostBytesOfDatagram`.
  public var bufferByteCount: Int
  /// How the journal core learns of entries.
  public var entriesWaiting: WaitStrategy
  /// How the sessions core learns of progress.
  public var progressWaiting: WaitStrategy

  public init(
    bufferCount: Int = 8, bufferByteCount: Int = 12_288, entriesWaiting: WaitStrategy = .spin,
    progressWaiting: WaitStrategy = .spin
  ) {
    self.bufferCount = bufferCount
    self.bufferByteCount = bufferByteCount
    self.entriesWaiting = entriesWaiting
    self.progressWaiting = progressWaiting
  }
}
