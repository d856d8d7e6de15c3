public import Sessions
public import Timing
public import Tracing

/// What makes inputs durable, as the order node sees it: the journal on a disk, or nothing at all.
///
/// A type parameter and not a choice at run time, so that a node without a journal pays nothing for it.
public protocol InputJournal: ~Copyable {
  /// Whether what is appended is kept at all.
  var keepsEntries: Bool { get }
  /// The number of the entry that is appended next; answers carry it.
  var nextEntry: UInt64 { get }
  /// The last durable entry: answers up to it may be sent.
  var durableThrough: UInt64 { get }
  /// When something is overdue; `never` when nothing is awaited.
  var deadline: Instant { get }
  /// Whether the disk has failed: nothing more becomes durable, and no order is taken.
  var hasFailed: Bool { get }
  /// Whether all inputs of the next datagram can be appended without waiting, or none needs to.
  var hasRoomForDatagram: Bool { get }

  /// Whether there is far more room than anything needs, so that no message has to be looked at.
  func hasAmpleRoom(liveOrders: Int) -> Bool

  /// What a message whose entry has `byteCount` bytes may still use.
  func room(forEntryOf byteCount: Int, liveOrders: Int) -> JournalRoom

  /// Appends an input that was applied. Room was asked for before it was.
  mutating func append(
    _ kind: JournalEntry.Kind, _ client: ClientName, at nanosecondsSinceMidnight: UInt64, message: RawSpan)

  /// Takes completions, and hands what has gathered to the disk if that is free.
  mutating func advance(now: Instant)

  /// Asks for an interrupt at the next completion. True when there is one already.
  mutating func armInterrupt() -> Bool

  /// Writes a name and a number a line.
  func writeStatistics<Writer: TextWriter & ~Copyable>(to writer: inout Writer)
}

extension InputJournal where Self: ~Copyable {
  @inline(__always) public var keepsEntries: Bool { true }
}

/// What a message may still use of the journal.
public enum JournalRoom: Sendable {
  /// As it likes.
  case ample
  /// An answer, but nothing that grows the books.
  case answers
  /// The cancel of an order.
  case cancels
  case none

  /// Each live order keeps a sector for its cancel, even if that comes alone in a record; and some sectors are kept for
  /// answers that grow nothing.
  ///
  /// - Parameter hasRoom: whether so many sectors are left behind the entry.
  init(liveOrders: Int, answerSectorCount: Int, _ hasRoom: (_ reserve: Int) -> Bool) {
    if hasRoom(liveOrders + 1 + answerSectorCount) {
      self = .ample
    } else if hasRoom(liveOrders) {
      self = .answers
    } else {
      self = hasRoom(max(0, liveOrders - 1)) ? .cancels : .none
    }
  }
}

/// Orders that live in memory only: everything is as durable as it will ever be.
public struct NoJournal: InputJournal, ~Copyable {
  public init() {}

  public var keepsEntries: Bool { false }
  public var nextEntry: UInt64 { 0 }
  public var durableThrough: UInt64 { .max }
  public var deadline: Instant { .never }
  public var hasFailed: Bool { false }
  public var hasRoomForDatagram: Bool { true }
  @inline(__always) public func hasAmpleRoom(liveOrders: Int) -> Bool { true }
  public func room(forEntryOf byteCount: Int, liveOrders: Int) -> JournalRoom { .ample }
  @inline(__always) public mutating func append(
    _ kind: JournalEntry.Kind, _ client: ClientName, at nanosecondsSinceMidnight: UInt64, message: RawSpan
  ) {}
  @inline(__always) public mutating func advance(now: Instant) {}
  public mutating func armInterrupt() -> Bool { false }
  public func writeStatistics<Writer: TextWriter & ~Copyable>(to writer: inout Writer) {}
}
