public import Buffers
public import Timing

/// What happened at one moment on one core.
@frozen public struct TraceEvent: Sendable {
  public enum Kind: UInt8, Sendable {
    case none
    case interrupt
    case timer
    case task
    case frame
    case order
    case durable
    case transmit
    /// A poll that took longer than it may; the detail is the address where it was.
    case overrun
  }

  public var time: Instant
  public var kind: Kind
  /// What the kind says: a source, a task, a client, a count.
  public var subject: UInt32
  public var detail: UInt64
}

/// The last events of a core, always on: written by one core, read by its console command, a panic, or a debugger.
public struct TraceRing: ~Copyable {
  var events: Table<TraceEvent>
  /// Events recorded since boot; the ring keeps the last `capacity` of them.
  public private(set) var recordedCount: UInt64 = 0

  /// - Parameter capacity: a power of two. Context: boot.
  public init(capacity: Int, in arena: inout Arena) throws(ArenaError) {
    precondition(capacity > 0 && capacity & (capacity - 1) == 0, "a trace keeps a power of two of events")
    events = try Table(
      repeating: TraceEvent(time: .zero, kind: .none, subject: 0, detail: 0), count: capacity, in: &arena)
  }

  public var capacity: Int { events.count }

  /// Records an event, or counts it in the newest one's detail when that is the same again: a task that is polled
  /// over and over does not push everything else out. Complexity: O(1).
  public mutating func recordRepeatable(_ kind: TraceEvent.Kind, at time: Instant, subject: Int) {
    let newest = Int(truncatingIfNeeded: recordedCount &- 1) & (events.count &- 1)
    guard events[newest].kind == kind, events[newest].subject == UInt32(truncatingIfNeeded: subject) else {
      return record(kind, at: time, subject: subject, detail: 1)
    }
    events[newest].detail &+= 1
  }

  /// Records an event over the oldest one. Complexity: O(1).
  @inline(__always)
  public mutating func record(_ kind: TraceEvent.Kind, at time: Instant, subject: Int, detail: UInt64 = 0) {
    let place = Int(truncatingIfNeeded: recordedCount) & (events.count &- 1)
    events[place] = TraceEvent(
      time: time, kind: kind, subject: UInt32(truncatingIfNeeded: subject), detail: detail)
    recordedCount &+= 1
  }

  /// The event recorded `age` events before the newest; nothing when it is gone or never was.
  public func event(age: Int) -> TraceEvent? {
    guard age >= 0, age < events.count, UInt64(age) < recordedCount else { return nil }
    return events[Int(truncatingIfNeeded: recordedCount &- 1 &- UInt64(age)) & (events.count - 1)]
  }
}
