import Buffers
import Orders
import Sessions
public import Timing
public import Tracing
import Wire

/// Messages that order cores apply: what has become of them, and what waits for that.
extension OrderNode where Frames: ~Copyable, Journal: ~Copyable, Engine: ~Copyable {
  /// Completions taken in one poll at most; it bounds how long frames and other tasks wait.
  static var completionsPerPoll: Int { 128 }

  /// Takes what has become known, and then what waited for it. True when there may be more at once.
  @inline(__always)
  mutating func takeUnderway(now: Instant, time: UInt64, trace: inout TraceRing) -> Bool {
    let hasMore = takeCompletions(now: now, trace: &trace)
    if held != nil, canGoOn { resume(now: now, time: time, trace: &trace) }
    return hasMore
  }

  /// Gives answers to their streams and inputs to the journal, as long as there is room. True when there may be more at
  /// once.
  ///
  /// When the disk has failed, nothing is journaled any more, and the answers stay where they are.
  @inline(__always)
  private mutating func takeCompletions(now: Instant, trace: inout TraceRing) -> Bool {
    venue.engine.moveOn(now)
    let keepsEntries = journal.keepsEntries
    var budget = Self.completionsPerPoll
    while budget > 0, canTakeCompletion {
      guard let completion = venue.nextCompletion(entry: journal.nextEntry) else { return false }
      budget &-= 1
      guard case .applied(let application) = completion.outcome, !keepsEntries || !journal.hasFailed else {
        continue
      }
      trace.record(.order, at: now, subject: completion.client, detail: UInt64(application.rawValue))
      guard keepsEntries else { continue }
      Self.append(completion, JournalEntry.Kind(application), from: venue, to: &journal)
    }
    return venue.engine.underwayCount > 0
  }

  @inline(__always)
  private static func append(
    _ completion: Completion, _ kind: JournalEntry.Kind, from venue: borrowing OrderVenue<Engine>,
    to journal: inout Journal
  ) {
    let name = venue.answers.clients.name(of: completion.client)
    venue.engine.withMessage(of: completion) { bytes in
      journal.append(kind, name, at: completion.nanosecondsSinceMidnight, message: bytes)
    }
  }

  /// Messages that order cores have, or whose outcome was not taken yet.
  @inline(__always)
  public var underwayCount: Int { venue.engine.underwayCount }

  /// Sees to it that order cores have about the same to do. Once a period of the balancer.
  public mutating func balance(_ now: Instant) { venue.engine.balance(now) }

  /// Gives up an order core that hangs. The network task must be woken: clients that waited for it can go on.
  ///
  /// - Returns: false when the machine cannot go on without it.
  public mutating func giveUp(shard: Int) -> Bool { venue.giveUp(shard) }

  /// Writes what is known of order cores, a name and a number a line.
  public func writeSpread<Writer: TextWriter & ~Copyable>(to writer: inout Writer) {
    venue.engine.writeStatistics(to: &writer)
  }

  /// Keeps a datagram whose next message has to wait.
  @inline(never)
  mutating func hold(
    _ frame: consuming Frame, _ payload: Range<Int>, from source: UDPEndpoint, takenCount: Int
  ) {
    counters.heldDatagrams &+= 1
    held = HeldDatagram(frame: frame, payload: payload, source: source, takenCount: takenCount)
  }

  /// Takes the datagram that waits further.
  @inline(never)
  mutating func resume(now: Instant, time: UInt64, trace: inout TraceRing) {
    guard let datagram = held.take() else { return }
    let (payload, source) = (datagram.payload, datagram.source)
    let takenCount = takeRest(of: datagram, time: time, now: now, trace: &trace)
    let frame = datagram.release()
    if let takenCount {
      held = HeldDatagram(frame: frame, payload: payload, source: source, takenCount: takenCount)
    } else {
      frames.recycle(frame)
    }
  }

  private mutating func takeRest(
    of datagram: borrowing HeldDatagram, time: UInt64, now: Instant, trace: inout TraceRing
  ) -> Int? {
    // It was checked when it came.
    guard let packet = try? MoldPacket(checking: datagram.frame.bytes.extracting(datagram.payload)) else {
      return nil
    }
    let takenCount = takeMessages(
      of: packet, after: datagram.takenCount, client: nil, time: time, now: now, trace: &trace)
    if let client = venue.find(packet.session) { venue.hear(client, from: datagram.source) }
    return takenCount
  }
}
