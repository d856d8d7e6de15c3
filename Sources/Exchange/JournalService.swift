public import Buffers
import Journaling
import Queues
public import Reactors
import Streams
public import Timing
import Tracing
import Wire

/// The journal core's end: appends what comes from the sessions core to the journal on the disk, and says how far it is.
///
/// It is one task of that core's reactor, woken by the disk's interrupt and by its link. When the group that gathers is
/// full, the buffer is held until that group is written; all others wait in the link. Progress is told after each group
/// that became durable, when the disk has failed, and when the sessions core has no buffer left: then it is woken, if it
/// asked for that.
public struct JournalService<Disk: BlockPort & ~Copyable>: ~Copyable {
  public private(set) var journal: DiskJournal<Disk>
  var batches: VecLinkConsumer<JournalBatch, HardwareWord>
  var reports: OverwritingProducer<JournalProgress, HardwareWord>
  /// What did not fit the group that gathers, from `heldOffset` on.
  private var held: JournalBatch?
  private var heldOffset = 0
  /// Sectors counted for the entries that were taken, each as if alone in a record.
  private var takenSectorCount: UInt64 = 0
  private var reportedDurable: UInt64
  private var hasReportedFailure = false
  /// Whether the sessions core waits for a buffer that has come back.
  private var owesReport = false
  /// Whether the sessions core's end is there no more, and nothing will come.
  private(set) var isAlone = false

  init(
    _ journal: consuming DiskJournal<Disk>,
    _ batches: consuming VecLinkConsumer<JournalBatch, HardwareWord>,
    _ reports: consuming OverwritingProducer<JournalProgress, HardwareWord>
  ) {
    reportedDurable = journal.durableThrough
    self.journal = journal
    self.batches = batches
    self.reports = reports
  }

  /// Polls the task.
  public mutating func poll(_ context: inout CoreContext) -> TaskStatus {
    let before = journal.durableThrough
    let status = advance(now: context.now)
    if journal.durableThrough != before {
      context.record.trace.record(.durable, at: context.now, subject: 0, detail: journal.durableThrough)
    }
    context.deadline = journal.deadline
    return status
  }

  /// Takes entries and completions, hands what has gathered to the disk if that is free, and reports. When it says
  /// `waiting`, the wake-ups of the link and of the disk are asked for, those that can bring anything.
  public mutating func advance(now: Instant) -> TaskStatus {
    takeBatches(now: now)
    journal.advance(now: now)
    // The group that was full may be under way now, and another one gathers.
    if held != nil { takeBatches(now: now) }
    reportProgress()
    let hasBatches = held == nil && !isAlone && batches.armWakeup()
    return journal.armInterrupt() || hasBatches ? .ready : .waiting
  }

  /// Gives the journal back, to end with it. What was not appended is dropped. Context: tests.
  public consuming func close() -> DiskJournal<Disk> { journal }

  /// Appends what has come, up to where the gathering group is full.
  private mutating func takeBatches(now: Instant) {
    while let batch = nextBatch(now: now) {
      heldOffset = append(batch, from: heldOffset)
      guard heldOffset == batch.buffer.byteCount else {
        held = consume batch
        return
      }
      heldOffset = 0
      if batch.isLast { owesReport = true }
    }
  }

  private mutating func nextBatch(now: Instant) -> JournalBatch? {
    if let batch = held.take() { return batch }
    switch batches.poll(at: now) {
    case .ready(let batch): return batch
    case .pending: return nil
    case .ended:
      isAlone = true
      return nil
    }
  }

  /// Appends entries while they fit the gathering group; gives back where the first that does not begins. After a failure
  /// of the disk there is nothing to append to.
  private mutating func append(_ batch: borrowing JournalBatch, from start: Int) -> Int {
    let entries = batch.buffer.bytes
    guard !journal.hasFailed else { return entries.byteCount }
    var offset = start
    while offset < entries.byteCount {
      let byteCount = Int(entries.littleEndian(at: offset, as: UInt16.self))
      let first = offset &+ JournalFormat.entryPrefixByteCount
      guard journal.append(entry: entries.extracting(first..<first &+ byteCount)) else { break }
      takenSectorCount &+= UInt64(truncatingIfNeeded: JournalFormat.sectorCount(ofLoneEntry: byteCount))
      offset = first &+ byteCount
    }
    return offset
  }

  /// Tells the sessions core what it waits for.
  private mutating func reportProgress() {
    guard owesReport || journal.durableThrough != reportedDurable || journal.hasFailed != hasReportedFailure
    else { return }
    owesReport = false
    reportedDurable = journal.durableThrough
    hasReportedFailure = journal.hasFailed
    // It overwrites: nothing ever comes back.
    _ = reports.push(JournalProgress(of: journal, takenSectorCount: takenSectorCount))
  }
}

extension JournalService: Sendable where Disk: Sendable & ~Copyable {}
