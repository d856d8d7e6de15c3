import Exchange
import Sessions
import Timing
import Tracing
import Wire

/// A journal in an array. Entries become durable when the test says that they are written.
final class RecordingJournal: InputJournal {
  struct Entry: Equatable {
    let kind: JournalEntry.Kind
    let client: ClientName
    let time: UInt64
    let message: [UInt8]
  }

  private(set) var entries: [Entry] = []
  /// What a disk has written; the node knows of it when it advances.
  private var writtenThrough: UInt64 = 0
  private(set) var durableThrough: UInt64 = 0
  /// Entries that may wait to be written before no more datagrams are taken.
  var mostGathered = 1_000_000
  /// Less room than anything needs: new orders are refused.
  var isScarce = false
  private(set) var hasFailed = false
  var onInterrupt: (() -> Void)?
  private var isArmed = false
  /// Messages of a datagram, at most.
  static let mostMessages = 40
  /// Entries for which there was no room.
  private(set) var crampedCount = 0

  var nextEntry: UInt64 { UInt64(entries.count) + 1 }
  var deadline: Instant { .never }
  var hasRoomForDatagram: Bool { hasFailed || gatheredCount < mostGathered }
  var gatheredCount: Int { entries.count - Int(durableThrough) }

  func hasAmpleRoom(liveOrders: Int) -> Bool { !isScarce && !hasFailed }

  func room(forEntryOf byteCount: Int, liveOrders: Int) -> JournalRoom {
    hasFailed ? .none : isScarce ? .answers : .ample
  }

  func append(_ kind: JournalEntry.Kind, _ client: ClientName, at time: UInt64, message: RawSpan) {
    precondition(!hasFailed, "an input for a journal that has failed")
    // With one entry less there was room for a whole datagram.
    if gatheredCount > mostGathered - 2 + Self.mostMessages { crampedCount += 1 }
    let bytes = (0..<message.byteCount).map { message.byte(at: $0) }
    entries.append(Entry(kind: kind, client: client, time: time, message: bytes))
  }

  func advance(now: Instant) { durableThrough = writtenThrough }

  func armInterrupt() -> Bool {
    isArmed = writtenThrough == durableThrough
    return !isArmed
  }

  func writeStatistics<Writer: TextWriter & ~Copyable>(to writer: inout Writer) {}

  /// All that has gathered is written.
  func write() {
    guard !hasFailed, writtenThrough < UInt64(entries.count) else { return }
    writtenThrough = UInt64(entries.count)
    interrupt()
  }

  /// The disk fails: nothing more becomes durable.
  func fail() {
    hasFailed = true
    interrupt()
  }

  private func interrupt() {
    guard isArmed else { return }
    isArmed = false
    onInterrupt?()
  }
}
