public import Buffers
public import Journaling
public import Sessions
public import Timing
public import Tracing

/// The journal and its disk: groups of entries become durable one after the other.
public struct DiskJournal<Disk: BlockPort & ~Copyable>: InputJournal, ~Copyable {
  /// How long a request may take before the disk is taken for dead.
  static var patience: Duration { .seconds(30) }

  public internal(set) var writer: JournalWriter
  public var disk: Disk
  /// Sectors kept for answers that grow nothing: rejections, reductions, queries.
  let answerSectorCount: Int
  /// When the request that is out is overdue; `never` when none is.
  public private(set) var deadline = Instant.never

  /// Context: boot.
  public init(writer: consuming JournalWriter, disk: consuming Disk) {
    answerSectorCount = max(16, Int(clamping: disk.sectorCount / 64))
    self.writer = writer
    self.disk = disk
  }

  @inline(__always) public var nextEntry: UInt64 { writer.entryCount &+ 1 }
  @inline(__always) public var durableThrough: UInt64 { writer.durableThrough }

  /// Whether the whole next datagram fits the gathering group.
  @inline(__always)
  public var hasRoomForDatagram: Bool {
    writer.gatheringRoomByteCount >= JournalEntry.mostBytesOfDatagram || isScarce
  }

  /// At the disk's end, and when it has failed, each message is asked about on its own, and none has to wait: the
  /// group that gathers holds all that is left.
  private var isScarce: Bool { writer.isFailed || writer.isGatheringLastGroup }

  /// Whether there is far more room than anything needs, so that no message has to be looked at.
  @inline(__always)
  public func hasAmpleRoom(liveOrders: Int) -> Bool {
    !writer.isFailed
      && writer.freeSectorCount > UInt64(truncatingIfNeeded: liveOrders &+ answerSectorCount &+ 8)
  }

  public func room(forEntryOf byteCount: Int, liveOrders: Int) -> JournalRoom {
    if writer.isFailed { return .none }
    return JournalRoom(liveOrders: liveOrders, answerSectorCount: answerSectorCount) {
      writer.hasRoom(byteCount: byteCount, reserve: $0)
    }
  }

  /// Appends an input that was applied. Room was asked for before it was.
  @inline(__always)
  public mutating func append(
    _ kind: JournalEntry.Kind, _ client: ClientName, at time: UInt64, message: RawSpan
  ) {
    do throws(AppendError) {
      _ = try writer.append(byteCount: JournalEntry.headerByteCount &+ message.byteCount) { bytes in
        JournalEntry.write(kind, client, at: time, message: message, into: &bytes)
      }
    } catch {
      preconditionFailure("an input was applied that the journal has no room for")
    }
  }

  /// Appends an entry that was written elsewhere; false when it has to wait until the gathering group is written. There
  /// is room on the disk, and the disk has not failed.
  mutating func append(entry: RawSpan) -> Bool {
    do throws(AppendError) {
      _ = try writer.append(entry)
      return true
    } catch {
      precondition(error == .groupFull, "an input was applied that the journal has no room for")
      return false
    }
  }

  /// Takes completions and asks for what is next.
  public mutating func advance(now: Instant) {
    if now >= deadline { disk.cancelAll() }
    while let completion = disk.completion() {
      writer.complete(completion)
      deadline = .never
    }
    while let request = writer.nextRequest() {
      if let refused = disk.submit(request) {
        writer.putBack(refused)
        break
      }
      deadline = now + Self.patience
    }
    disk.flush()
  }

  public mutating func armInterrupt() -> Bool { disk.armInterrupt() }

  public var hasFailed: Bool { writer.isFailed }

  public func writeStatistics<Writer: TextWriter & ~Copyable>(to output: inout Writer) {
    JournalProgress(of: self, takenSectorCount: 0).write(to: &output, entryCount: writer.entryCount)
  }

  /// Gives the blocks back. The disk holds none of them any more.
  public consuming func close(into blocks: inout BlockPool) { writer.close(into: &blocks) }
}

extension DiskJournal: Sendable where Disk: Sendable & ~Copyable {}
