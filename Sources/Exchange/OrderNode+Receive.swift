import Buffers
import Journaling
import Networking
import Orders
public import Reactors
import Sessions
import Timing
import Tracing
import Wire

/// The network task: frames in, messages taken, answers out.
extension OrderNode where Frames: ~Copyable, Journal: ~Copyable, Engine: ~Copyable {
  /// Reads frames up to the budget, takes what they hold, and sends what may be sent.
  public mutating func pollNetwork(_ context: inout CoreContext) -> TaskStatus {
    let now = context.now
    let time = timeOfDay.nanosecondsSinceMidnight(at: now)
    var budget = Self.messagesPerPoll
    extraMessages = 0
    let hasMoreCompletions =
      Engine.isSpread && takeUnderway(now: now, time: time, trace: &context.record.trace)
    while budget > extraMessages, canTakeDatagram, let frame = frames.receive() {
      budget &-= 1
      take(frame, now: now, time: time, trace: &context.record.trace)
    }
    journal.advance(now: now)
    let isBlocked = sendAnswers(now: now)
    if !isBlocked { restartGatheringIfDurable() }
    sendResolutionRequests(now: now)
    frames.flush()
    context.deadline = min(network.nextDeadline, journal.deadline)
    if budget <= extraMessages { return .ready }
    if Engine.isSpread, canTakeCompletion, hasMoreCompletions || venue.engine.armWakeup() { return .ready }
    if isBlocked || network.wantsToSend, frames.armTransmitInterrupt() { return .ready }
    // Too much waits for the disk or for order cores: whoever makes room wakes this task.
    guard canTakeDatagram else { return .waiting }
    return frames.armReceiveInterrupt() ? .ready : .waiting
  }

  /// Whether whatever the next datagram holds has room in the gathering journal group, and its answers in the streams
  /// of the clients: no more gather than half of what a stream keeps.
  ///
  /// One order that trades with more resting orders than the other half still overwrites the oldest of its answers;
  /// they are counted as lost.
  @inline(__always)
  var canTakeDatagram: Bool { canGoOn && (!Engine.isSpread || held == nil) }

  /// The same for the rest of a datagram that had to wait.
  @inline(__always)
  var canGoOn: Bool { canTakeCompletion && venue.engine.hasRoom }

  /// The same for one message that was under way.
  @inline(__always)
  var canTakeCompletion: Bool {
    journal.hasRoomForDatagram && (venue.gatheredAnswerCount < mostGathered || journal.hasFailed)
  }

  /// After everything was sent that may be: begins to count anew, if nothing waits for the disk.
  @inline(__always)
  mutating func restartGatheringIfDurable() {
    if journal.nextEntry &- 1 == journal.durableThrough { venue.restartGathering() }
  }

  @inline(__always)
  private mutating func take(_ frame: consuming Frame, now: Instant, time: UInt64, trace: inout TraceRing) {
    switch network.receive(frame.bytes, now: now) {
    case .datagram(let datagram):
      if datagram.destinationPort == Self.port {
        let payload = datagram.payloadOffset..<datagram.payloadOffset &+ datagram.payloadByteCount
        let takenCount = take(
          frame.bytes.extracting(payload), from: datagram.source, now: now, time: time, trace: &trace)
        if Engine.isSpread, let takenCount {
          return hold(frame, payload, from: datagram.source, takenCount: takenCount)
        }
      } else {
        network.count(.udpNoListener)
      }
    case .reply(let reply): answer(frame.bytes, with: reply)
    case .none, .dropped: break
    }
    frames.recycle(frame)
  }

  /// Answers an address resolution or an echo request.
  @inline(never)
  private mutating func answer(_ received: RawSpan, with reply: Reply) {
    guard var frame = frames.frameForTransmission() else { return network.count(.noTransmitFrame) }
    var buffer = frame.buffer
    let byteCount = network.writeReply(reply, to: received, into: &buffer)
    frame.resize(to: byteCount)
    frames.transmit(frame)
  }

  /// Takes a datagram for the orders' port.
  ///
  /// - Returns: nothing when it is done with; otherwise how many of its messages were taken before one had to wait.
  @inline(__always)
  private mutating func take(
    _ payload: RawSpan, from source: UDPEndpoint, now: Instant, time: UInt64, trace: inout TraceRing
  ) -> Int? {
    do throws(MalformedMold) {
      let packet = try MoldPacket(checking: payload)
      let name = packet.session
      guard let client = venue.find(name) else {
        return try takeFromStranger(payload, from: source, now: now, time: time, trace: &trace)
      }
      counters.packets &+= 1
      venue.hear(client, from: source)
      if let message = packet.onlyMessage {
        let isTaken = apply(message, of: name, client: client, time: time, now: now, trace: &trace)
        if Engine.isSpread && !isTaken { return 0 }
      } else if packet.isRequest {
        answer(name, askingFrom: packet.sequence, source: source, now: now)
      } else {
        extraMessages &+= packet.messageCount
        return takeMessages(of: packet, after: 0, client: client, time: time, now: now, trace: &trace)
      }
    } catch {
      counters.count(error)
    }
    return nil
  }

  /// Takes the messages of a packet, but for the first ones.
  @inline(never)
  mutating func takeMessages(
    of packet: MoldPacket, after takenCount: Int, client: Int?, time: UInt64, now: Instant,
    trace: inout TraceRing
  ) -> Int? {
    let name = packet.session
    var messages = packet.messages
    var number = 0
    while let message = messages.next() {
      if number >= takenCount {
        let isTaken =
          if let client = client ?? venue.find(name) {
            apply(message, of: name, client: client, time: time, now: now, trace: &trace)
          } else {
            admit(message, of: name, time: time, now: now, trace: &trace)
          }
        if Engine.isSpread && !isTaken { return number }
      }
      number &+= 1
    }
    return nil
  }

  /// Takes a packet of a name that is not known. An answered message makes it known.
  @inline(never)
  private mutating func takeFromStranger(
    _ payload: RawSpan, from source: UDPEndpoint, now: Instant, time: UInt64, trace: inout TraceRing
  ) throws(MalformedMold) -> Int? {
    let packet = try MoldPacket(checking: payload)
    try packet.checkSession()
    counters.packets &+= 1
    let name = packet.session
    if packet.isRequest {
      answer(name, askingFrom: packet.sequence, source: source, now: now)
      return nil
    }
    extraMessages &+= packet.messageCount
    let takenCount = takeMessages(of: packet, after: 0, client: nil, time: time, now: now, trace: &trace)
    if let client = venue.find(name) { venue.hear(client, from: source) }
    return takenCount
  }

  /// Gives the engine one message of a name that is not known, which an answered one makes known. False when it has to wait.
  @inline(never)
  private mutating func admit(
    _ bytes: RawSpan, of name: ClientName, time: UInt64, now: Instant, trace: inout TraceRing
  ) -> Bool {
    do throws(MalformedMessage) {
      return try applyCarefully(bytes, of: name, client: nil, time: time, now: now, trace: &trace)
    } catch {
      counters.count(error)
    }
    return true
  }

  /// Gives the engine one message, and journals it if it did anything. False when it has to wait.
  private mutating func apply(
    _ bytes: RawSpan, of name: ClientName, client: Int, time: UInt64, now: Instant, trace: inout TraceRing
  ) -> Bool {
    do throws(MalformedMessage) {
      let kind = try InboundKind(checking: bytes)
      guard journal.hasAmpleRoom(liveOrders: venue.entryClaims) else {
        return try applyCarefully(bytes, of: name, client: client, time: time, now: now, trace: &trace)
      }
      if Engine.isSpread {
        return submit(kind, bytes, of: name, client: client, time: time, now: now, trace: &trace)
      }
      counters.count(kind)
      let outcome = venue.apply(kind, bytes, client: client, at: time, entry: journal.nextEntry)
      guard case .applied(let application) = outcome else { return true }
      trace.record(.order, at: now, subject: client, detail: UInt64(application.rawValue))
      journal.append(JournalEntry.Kind(application), name, at: time, message: bytes)
    } catch {
      counters.count(error)
    }
    return true
  }

  /// The same with an engine that may not have the outcome at once.
  @inline(__always)
  private mutating func submit(
    _ kind: InboundKind, _ bytes: RawSpan, of name: ClientName, client: Int, time: UInt64, now: Instant,
    trace: inout TraceRing
  ) -> Bool {
    switch venue.submit(kind, bytes, client: client, at: time, entry: journal.nextEntry) {
    case .done(.applied(let application)):
      trace.record(.order, at: now, subject: client, detail: UInt64(application.rawValue))
      journal.append(JournalEntry.Kind(application), name, at: time, message: bytes)
    case .done(.ignored), .underway: break
    case .mustWait: return false
    }
    counters.count(kind)
    return true
  }

  /// Applies a message of a name that is not known, or when the journal has not room for everything. What room there
  /// is, and who is known, is certain only when nothing is under way.
  @inline(never)
  private mutating func applyCarefully(
    _ bytes: RawSpan, of name: ClientName, client: Int?, time: UInt64, now: Instant, trace: inout TraceRing
  ) throws(MalformedMessage) -> Bool {
    guard venue.engine.underwayCount == 0 else { return false }
    counters.count(try InboundKind(checking: bytes))
    let message = try InboundMessage(parsing: bytes)
    guard let kind = admission(of: message, byteCount: bytes.byteCount) else { return true }
    let submission = try venue.submitCarefully(
      bytes, message, of: name, client: client, kind: kind, at: time, entry: journal.nextEntry)
    switch submission {
    case .done(.applied(let application))?:
      if kind == .refused { counters.refusedForRoom &+= 1 }
      trace.record(
        .order, at: now, subject: venue.find(name) ?? 0, detail: UInt64(application.rawValue))
      journal.append(
        kind == .refused ? kind : JournalEntry.Kind(application), name, at: time, message: bytes)
    case .done(.ignored)?, .underway?, .mustWait?: break
    case nil: counters.unknownClients &+= 1
    }
    return true
  }

  /// What the journal has room for: the message, its rejection, or nothing.
  ///
  /// Each live order can be canceled whatever happens: a sector is kept for it. Before that room is touched, orders
  /// that could grow the books are rejected, from a part of the disk kept for such answers; when that is used up
  /// too, only whole cancels are taken. Without a journal there is always room.
  private mutating func admission(of message: InboundMessage, byteCount: Int) -> JournalEntry.Kind? {
    let room = journal.room(
      forEntryOf: JournalEntry.headerByteCount + byteCount, liveOrders: venue.liveOrderCount)
    switch (message, room) {
    case (_, .ample): return .applied
    case (.enter, .answers), (.replace, .answers): return .refused
    case (.cancel, .answers), (.query, .answers): return .applied
    case (.cancel(let cancel), .cancels) where cancel.quantity == 0: return .applied
    default:
      counters.droppedForRoom &+= 1
      return nil
    }
  }
}
