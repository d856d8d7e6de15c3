import Exchange
import Sessions
import Timing
import Tracing
import Virtio
import VirtioTransports

/// The journal of a node on several cores: on this core, on another one, or none. A choice at run time, which costs some
/// instructions an entry; the node of one core has its journal as a type.
struct PlacedJournal: InputJournal, ~Copyable {
  private var local: DiskJournal<DiskPort>?
  private var remote: RemoteJournal?

  init() {}
  init(_ local: consuming DiskJournal<DiskPort>) { self.local = consume local }
  init(_ remote: consuming RemoteJournal) { self.remote = consume remote }

  /// Without a journal the entries are counted nevertheless, so that answers know their place.
  var nextEntry: UInt64 {
    switch local {
    case let journal?: return journal.nextEntry
    case nil: break
    }
    switch remote {
    case let journal?: return journal.nextEntry
    case nil: return 0
    }
  }
  var durableThrough: UInt64 {
    switch local {
    case let journal?: return journal.durableThrough
    case nil: break
    }
    switch remote {
    case let journal?: return journal.durableThrough
    case nil: return .max
    }
  }
  var deadline: Instant {
    switch local {
    case let journal?: return journal.deadline
    case nil: break
    }
    switch remote {
    case let journal?: return journal.deadline
    case nil: return .never
    }
  }
  var hasFailed: Bool {
    switch local {
    case let journal?: return journal.hasFailed
    case nil: break
    }
    switch remote {
    case let journal?: return journal.hasFailed
    case nil: return false
    }
  }
  var hasRoomForDatagram: Bool {
    switch local {
    case let journal?: return journal.hasRoomForDatagram
    case nil: break
    }
    switch remote {
    case let journal?: return journal.hasRoomForDatagram
    case nil: return true
    }
  }

  func hasAmpleRoom(liveOrders: Int) -> Bool {
    if local != nil { return local!.hasAmpleRoom(liveOrders: liveOrders) }
    return remote != nil ? remote!.hasAmpleRoom(liveOrders: liveOrders) : true
  }

  func room(forEntryOf byteCount: Int, liveOrders: Int) -> JournalRoom {
    if local != nil { return local!.room(forEntryOf: byteCount, liveOrders: liveOrders) }
    return remote != nil ? remote!.room(forEntryOf: byteCount, liveOrders: liveOrders) : .ample
  }

  mutating func append(
    _ kind: JournalEntry.Kind, _ client: ClientName, at nanosecondsSinceMidnight: UInt64, message: RawSpan
  ) {
    if local != nil { local!.append(kind, client, at: nanosecondsSinceMidnight, message: message) }
    if remote != nil { remote!.append(kind, client, at: nanosecondsSinceMidnight, message: message) }
  }

  mutating func advance(now: Instant) {
    if local != nil { local!.advance(now: now) }
    if remote != nil { remote!.advance(now: now) }
  }

  mutating func armInterrupt() -> Bool {
    if local != nil { return local!.armInterrupt() }
    return remote != nil ? remote!.armInterrupt() : false
  }

  func writeStatistics<Writer: TextWriter & ~Copyable>(to writer: inout Writer) {
    if local != nil { local!.writeStatistics(to: &writer) }
    if remote != nil { remote!.writeStatistics(to: &writer) }
  }
}
