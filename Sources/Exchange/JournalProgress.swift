import Buffers
import Journaling
import Queues
import Tracing

/// Entries on their way to the journal core, as they stand in a record: a length of 16 bits and the bytes, again and
/// again.
struct JournalBatch: ~Copyable, Sendable {
  var buffer: UniqueBuffer<HardwareWord>
  /// Whether the sender has no buffer left but the one it fills, and wants to know when this one is back.
  let isLast: Bool
}

/// How far the journal core has come.
struct JournalProgress: BitwiseCopyable, Sendable {
  /// The last durable entry.
  var durableThrough: UInt64
  /// How many sectors there are for entries since the link was made, each counted as if alone in a record: those free,
  /// and those counted for what was taken. It never becomes less, since none takes more than that.
  var sectorLimit: UInt64
  var freeSectorCount: UInt64
  var recordCount: UInt64
  var writeCount: UInt64
  var flushCount: UInt64
  var hasFailed: Bool

  /// - Parameter takenSectorCount: sectors counted for the entries that were taken.
  init<Disk: BlockPort & ~Copyable>(of journal: borrowing DiskJournal<Disk>, takenSectorCount: UInt64) {
    durableThrough = journal.durableThrough
    freeSectorCount = journal.writer.freeSectorCount
    sectorLimit = freeSectorCount &+ takenSectorCount
    recordCount = journal.writer.recordCount
    writeCount = journal.writer.writeCount
    flushCount = journal.writer.flushCount
    hasFailed = journal.hasFailed
  }
}

extension JournalProgress {
  func write<Writer: TextWriter & ~Copyable>(to output: inout Writer, entryCount: UInt64) {
    output.write("journal-records", recordCount)
    output.write("journal-entries", entryCount)
    output.write("journal-durable-entries", durableThrough)
    output.write("journal-writes", writeCount)
    output.write("journal-flushes", flushCount)
    output.write("journal-free-bytes", freeSectorCount * UInt64(Block.sectorByteCount))
    output.write("journal-failed", hasFailed ? 1 : 0)
  }
}
