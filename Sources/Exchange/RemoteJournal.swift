import Buffers
import Journaling
import Queues
import Streams
public import Sessions
public import Timing
public import Tracing
import Wire

/// The sessions core's end of a journal on another core.
///
/// Inputs gather in a buffer, which goes to the journal core at the end of each poll, as long as there is another to go
/// on with. Else they go on gathering in the one that is left, until the journal core gives one back.
///
/// What it knows of the disk is late, so it counts each entry that it sends as alone in a record of its own, which is the
/// most that one can take. Near the disk's end it therefore says earlier than the journal itself that there is no room;
/// never later.
public struct RemoteJournal: InputJournal, ~Copyable, Sendable {
  private let pool: BufferPool<HardwareWord>
  private var batches: VecLinkProducer<JournalBatch, HardwareWord>
  private var reports: OverwritingConsumer<JournalProgress, HardwareWord>
  /// What the journal core said last.
  private(set) var progress: JournalProgress
  private let answerSectorCount: Int
  /// The last entry that was appended.
  private var entryCount: UInt64
  /// Sectors counted for all that was appended, to be compared with the progress's `sectorLimit`.
  private var countedSectors: UInt64 = 0
  private var filling: UniqueBuffer<HardwareWord>
  private var filledByteCount = 0
  /// What is filled next; nothing while all others are out.
  private var spare: UniqueBuffer<HardwareWord>?
  /// Whether the journal core's end is there no more.
  private var isAlone = false

  init(
    _ progress: JournalProgress, answerSectorCount: Int, _ pool: BufferPool<HardwareWord>,
    _ batches: consuming VecLinkProducer<JournalBatch, HardwareWord>,
    _ reports: consuming OverwritingConsumer<JournalProgress, HardwareWord>
  ) {
    guard let filling = pool.take(), let spare = pool.take() else {
      preconditionFailure("the buffers of a new link are all there")
    }
    self.filling = filling
    self.spare = consume spare
    self.pool = pool
    self.batches = batches
    self.reports = reports
    self.progress = progress
    self.answerSectorCount = answerSectorCount
    entryCount = progress.durableThrough
  }

  @inline(__always) public var nextEntry: UInt64 { entryCount &+ 1 }
  @inline(__always) public var durableThrough: UInt64 { progress.durableThrough }
  /// The journal core watches over the disk.
  public var deadline: Instant { .never }
  @inline(__always) public var hasFailed: Bool { progress.hasFailed || isAlone }

  /// Whether the whole next datagram fits what is left of this buffer, or the next one.
  @inline(__always)
  public var hasRoomForDatagram: Bool {
    if spare != nil { return true }
    return filling.capacity &- filledByteCount >= JournalEntry.mostBytesOfDatagram || hasFailed
  }

  @inline(__always)
  public func hasAmpleRoom(liveOrders: Int) -> Bool {
    !hasFailed && freeSectorCount > liveOrders &+ answerSectorCount &+ 8
  }

  public func room(forEntryOf byteCount: Int, liveOrders: Int) -> JournalRoom {
    if hasFailed { return .none }
    let left = freeSectorCount &- JournalFormat.sectorCount(ofLoneEntry: byteCount)
    return JournalRoom(liveOrders: liveOrders, answerSectorCount: answerSectorCount) { $0 <= left }
  }

  /// Sectors that are free whatever becomes of what is on its way.
  @inline(__always)
  private var freeSectorCount: Int { Int(truncatingIfNeeded: progress.sectorLimit &- countedSectors) }

  @inline(__always)
  public mutating func append(
    _ kind: JournalEntry.Kind, _ client: ClientName, at nanosecondsSinceMidnight: UInt64, message: RawSpan
  ) {
    let byteCount = JournalEntry.headerByteCount &+ message.byteCount
    let entryByteCount = JournalFormat.entryPrefixByteCount &+ byteCount
    if filling.capacity &- filledByteCount < entryByteCount { sendFilling() }
    let start = filledByteCount
    filledByteCount = start &+ entryByteCount
    var buffer = filling.buffer
    buffer.storeLittleEndian(UInt16(truncatingIfNeeded: byteCount), at: start)
    var bytes = buffer._mutatingExtracting(
      start &+ JournalFormat.entryPrefixByteCount..<start &+ entryByteCount)
    JournalEntry.write(kind, client, at: nanosecondsSinceMidnight, message: message, into: &bytes)
    entryCount &+= 1
    countedSectors &+= UInt64(truncatingIfNeeded: JournalFormat.sectorCount(ofLoneEntry: byteCount))
  }

  /// Takes what the journal core says, and sends what has gathered if there is another buffer to go on with.
  public mutating func advance(now: Instant) {
    readReports(now: now)
    if spare == nil { spare = pool.take() }
    if filledByteCount > 0 && spare != nil && !hasFailed { sendFilling() }
  }

  @inline(__always)
  private mutating func readReports(now: Instant) {
    while true {
      switch reports.poll(at: now) {
      case .ready(let report): progress = report
      case .pending: return
      case .ended:
        isAlone = true
        return
      }
    }
  }

  /// Sends the buffer that is being filled, and goes on with the next one.
  @inline(never)
  private mutating func sendFilling() {
    guard var batch = spare.take() else {
      preconditionFailure("inputs were applied that the journal's buffers have no room for")
    }
    spare = pool.take()
    swap(&filling, &batch)
    batch.resize(to: filledByteCount)
    filledByteCount = 0
    // It comes back only when nobody is left to read it.
    if batches.push(JournalBatch(buffer: batch, isLast: spare == nil)) != nil { isAlone = true }
  }

  public mutating func armInterrupt() -> Bool { !isAlone && reports.armWakeup() }

  public func writeStatistics<Writer: TextWriter & ~Copyable>(to output: inout Writer) {
    progress.write(to: &output, entryCount: entryCount)
  }
}
