import Exchange
import Reactors
import Sessions
import Timing
import Tracing
import Virtio
import VirtioTransports

/// The journal of a node on several cores: on this core, on another one, or none. A choice at run time, which costs some
/// instructions an entry; the node of one core has its journal as a type.
struct PlacedJournal: InputJournal, ~Copyable {
  private var local: Resident<DiskJournal<DiskPort>>?
  private var remote: Resident<RemoteJournal>?

  init() {}
  init(_ local: Resident<DiskJournal<DiskPort>>) { self.local = local }
  init(_ remote: Resident<RemoteJournal>) { self.remote = remote }

  var keepsEntries: Bool { local != nil || remote != nil }
  /// Without a journal there are no entries.
  @inline(__always)
  var nextEntry: UInt64 {
    if let local { return local.use { $0.nextEntry } }
    return remote?.use { $0.nextEntry } ?? 0
  }
  var durableThrough: UInt64 {
    if let local { return local.use { $0.durableThrough } }
    return remote?.use { $0.durableThrough } ?? .max
  }
  var deadline: Instant {
    if let local { return local.use { $0.deadline } }
    return remote?.use { $0.deadline } ?? .never
  }
  var hasFailed: Bool {
    if let local { return local.use { $0.hasFailed } }
    return remote?.use { $0.hasFailed } ?? false
  }
  @inline(__always)
  var hasRoomForDatagram: Bool {
    if let local { return local.use { $0.hasRoomForDatagram } }
    return remote?.use { $0.hasRoomForDatagram } ?? true
  }

  @inline(__always)
  func hasAmpleRoom(liveOrders: Int) -> Bool {
    if let local { return local.use { $0.hasAmpleRoom(liveOrders: liveOrders) } }
    return remote?.use { $0.hasAmpleRoom(liveOrders: liveOrders) } ?? true
  }

  func room(forEntryOf byteCount: Int, liveOrders: Int) -> JournalRoom {
    if let local { return local.use { $0.room(forEntryOf: byteCount, liveOrders: liveOrders) } }
    return remote?.use { $0.room(forEntryOf: byteCount, liveOrders: liveOrders) } ?? .ample
  }

  mutating func append(
    _ kind: JournalEntry.Kind, _ client: ClientName, at nanosecondsSinceMidnight: UInt64, message: RawSpan
  ) {
    if let local {
      local.use { $0.append(kind, client, at: nanosecondsSinceMidnight, message: message) }
    } else if let remote {
      remote.use { $0.append(kind, client, at: nanosecondsSinceMidnight, message: message) }
    }
  }

  mutating func advance(now: Instant) {
    if let local {
      local.use { $0.advance(now: now) }
    } else if let remote {
      remote.use { $0.advance(now: now) }
    }
  }

  mutating func armInterrupt() -> Bool {
    if let local { return local.use { $0.armInterrupt() } }
    return remote?.use { $0.armInterrupt() } ?? false
  }

  func writeStatistics<Writer: TextWriter & ~Copyable>(to writer: inout Writer) {
    if let local {
      local.use { $0.writeStatistics(to: &writer) }
    } else if let remote {
      remote.use { $0.writeStatistics(to: &writer) }
    }
  }
}
