import Buffers
import Journaling
import Queues
import Sessions
import Streams
import TestSupport
import Timing
import Tracing

@testable import Exchange

/// A journal over a fake disk, with what a test wants to see of it beside what the order node sees.
protocol TestedJournal: InputJournal, ~Copyable {
  init(_ journal: consuming DiskJournal<FakeDisk>, _ setting: JournalSetting, in memory: TestArena) throws
  /// Lets the other end work, if there is one.
  mutating func turnOther(now: Instant)
  /// The last entry that has come to the disk's journal.
  var takenThrough: UInt64 { get }
  /// Sectors that are free behind the entries that have come to the disk's journal.
  var freeSectorCount: UInt64 { get }
  /// Ends with it; the disk holds none of its blocks any more.
  consuming func close(into blocks: inout BlockPool)
}

/// How a tested journal is made, and what becomes of its buffers.
final class JournalSetting {
  /// Ways to be wrong on purpose, so that the checks are seen to find it.
  enum Mistake {
    case none
    /// The journal core calls entries durable that it has only appended.
    case reportsEarly
    /// A buffer gets lost.
    case losesABatch
    /// What is on its way is not counted.
    case forgetsWhatIsOnItsWay
  }

  var properties = JournalLinkProperties()
  var mistake = Mistake.none
  /// The link's buffers, once it is made.
  var pool: BufferPool<HardwareWord>?
}

extension DiskJournal: TestedJournal where Disk == FakeDisk {
  init(_ journal: consuming DiskJournal<FakeDisk>, _ setting: JournalSetting, in memory: TestArena) {
    self = journal
  }

  func turnOther(now: Instant) {}
  var takenThrough: UInt64 { writer.entryCount }
  var freeSectorCount: UInt64 { writer.freeSectorCount }
}

/// A journal whose disk is behind a link; both ends in one thread.
struct HandedOverJournal: TestedJournal, ~Copyable {
  var ends: JournalEnds<FakeDisk>
  let setting: JournalSetting
  private var hasLost = false

  init(
    _ journal: consuming DiskJournal<FakeDisk>, _ setting: JournalSetting, in memory: TestArena
  ) throws {
    let link: JournalLink
    do { link = try JournalLink(setting.properties, in: &memory.arena) }
    setting.pool = link.pool
    ends = link.ends(of: journal)
    self.setting = setting
  }

  mutating func turnOther(now: Instant) {
    if setting.mistake == .losesABatch, !hasLost, case .ready(let batch) = ends.service.batches.poll(at: now)
    {
      hasLost = batch.buffer.byteCount > 0
    }
    _ = ends.service.advance(now: now)
    if setting.mistake == .reportsEarly {
      var report = ends.journal.progress
      report.durableThrough = takenThrough
      _ = ends.service.reports.push(report)
    }
  }

  var takenThrough: UInt64 { ends.service.journal.writer.entryCount }
  var freeSectorCount: UInt64 { ends.service.journal.writer.freeSectorCount }
  consuming func close(into blocks: inout BlockPool) { ends.service.close().close(into: &blocks) }

  // MARK: - As the order node sees it

  var nextEntry: UInt64 { ends.journal.nextEntry }
  var durableThrough: UInt64 { ends.journal.durableThrough }
  var deadline: Instant { ends.journal.deadline }
  var hasFailed: Bool { ends.journal.hasFailed }
  var hasRoomForDatagram: Bool { ends.journal.hasRoomForDatagram }

  func hasAmpleRoom(liveOrders: Int) -> Bool {
    guard setting.mistake == .forgetsWhatIsOnItsWay else {
      return ends.journal.hasAmpleRoom(liveOrders: liveOrders)
    }
    return room(forEntryOf: 8 * Block.sectorByteCount, liveOrders: liveOrders) == .ample
  }

  func room(forEntryOf byteCount: Int, liveOrders: Int) -> JournalRoom {
    guard setting.mistake == .forgetsWhatIsOnItsWay else {
      return ends.journal.room(forEntryOf: byteCount, liveOrders: liveOrders)
    }
    let known = Int(ends.journal.progress.freeSectorCount)
    return JournalRoom(liveOrders: liveOrders, answerSectorCount: 16) {
      $0 + JournalFormat.sectorCount(ofLoneEntry: byteCount) <= known
    }
  }

  mutating func append(_ kind: JournalEntry.Kind, _ client: ClientName, at time: UInt64, message: RawSpan) {
    ends.journal.append(kind, client, at: time, message: message)
  }

  mutating func advance(now: Instant) { ends.journal.advance(now: now) }
  mutating func armInterrupt() -> Bool { ends.journal.armInterrupt() }

  func writeStatistics<Writer: TextWriter & ~Copyable>(to writer: inout Writer) {
    ends.journal.writeStatistics(to: &writer)
  }
}
