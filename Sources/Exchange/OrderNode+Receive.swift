import Buffers
import Journaling
import Networking
import Orders
public import Reactors
import Sessions
import Timing
import Tracing
import Wire

/// The network task: frames in, messages applied, answers out.
extension OrderNode where Frames: ~Copyable, Journal: ~Copyable {
  /// Reads frames up to the budget, applies what they hold, and sends what may be sent.
  public mutating func pollNetwork(_ context: inout CoreContext) -> TaskStatus {
    let now = context.now
    let time = timeOfDay.nanosecondsSinceMidnight(at: now)
    var budget = Self.messagesPerPoll
    extraMessages = 0
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
    if isBlocked || network.wantsToSend, frames.armTransmitInterrupt() { return .ready }
    // Too much waits for the disk: the journal task wakes this one when that has been made durable.
    guard canTakeDatagram else { return .waiting }
    return frames.armReceiveInterrupt() ? .ready : .waiting
  }

  /// Whether whatever the next datagram holds has room in the gathering journal group, and its answers in the streams
  /// of the clients: no more gather than half of what a stream keeps.
  ///
  /// One order that trades with more resting orders than the other half still overwrites the oldest of its answers;
  /// they are counted as lost.
  @inline(__always)
  var canTakeDatagram: Bool {
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
        let payload = frame.bytes.extracting(
          datagram.payloadOffset..<datagram.payloadOffset &+ datagram.payloadByteCount)
        take(payload, from: datagram.source, now: now, time: time, trace: &trace)
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
  @inline(__always)
  private mutating func take(
    _ payload: RawSpan, from source: UDPEndpoint, now: Instant, time: UInt64, trace: inout TraceRing
  ) {
    do throws(MalformedMold) {
      let packet = try MoldPacket(checking: payload)
      let name = packet.session
      guard let client = venue.find(name) else {
        return try takeFromStranger(payload, from: source, now: now, time: time, trace: &trace)
      }
      counters.packets &+= 1
      venue.hear(client, from: source)
      if let message = packet.onlyMessage {
        apply(message, of: name, client: client, time: time, now: now, trace: &trace)
      } else if packet.isRequest {
        answer(name, askingFrom: packet.sequence, source: source, now: now)
      } else {
        extraMessages &+= packet.messageCount
        var messages = packet.messages
        while let message = messages.next() {
          apply(message, of: name, client: client, time: time, now: now, trace: &trace)
        }
      }
    } catch {
      counters.count(error)
    }
  }

  /// Takes a packet of a name that is not known. An answered message makes it known.
  @inline(never)
  private mutating func takeFromStranger(
    _ payload: RawSpan, from source: UDPEndpoint, now: Instant, time: UInt64, trace: inout TraceRing
  ) throws(MalformedMold) {
    let packet = try MoldPacket(checking: payload)
    try packet.checkSession()
    counters.packets &+= 1
    let name = packet.session
    if packet.isRequest { return answer(name, askingFrom: packet.sequence, source: source, now: now) }
    extraMessages &+= packet.messageCount
    var messages = packet.messages
    while let message = messages.next() {
      apply(message, of: name, client: venue.find(name), time: time, now: now, trace: &trace)
    }
    if let client = venue.find(name) { venue.hear(client, from: source) }
  }

  /// Applies one message, and journals it if it did anything.
  private mutating func apply(
    _ bytes: RawSpan, of name: ClientName, client: Int?, time: UInt64, now: Instant, trace: inout TraceRing
  ) {
    do throws(MalformedMessage) {
      let kind = try InboundKind(checking: bytes)
      counters.count(kind)
      guard let client, journal.hasAmpleRoom(liveOrders: venue.liveOrderCount) else {
        return try applyCarefully(bytes, of: name, client: client, time: time, now: now, trace: &trace)
      }
      let outcome = venue.apply(kind, bytes, client: client, at: time, entry: journal.nextEntry)
      guard case .applied(let application) = outcome else { return }
      trace.record(.order, at: now, subject: client, detail: UInt64(application.rawValue))
      journal.append(.applied, name, at: time, message: bytes)
    } catch {
      counters.count(error)
    }
  }

  /// Applies a message of a name that is not known, or when the journal has not room for everything.
  @inline(never)
  private mutating func applyCarefully(
    _ bytes: RawSpan, of name: ClientName, client: Int?, time: UInt64, now: Instant, trace: inout TraceRing
  ) throws(MalformedMessage) {
    let message = try InboundMessage(parsing: bytes)
    guard let kind = admission(of: message, byteCount: bytes.byteCount) else { return }
    switch venue.apply(message, of: name, client: client, kind: kind, at: time, entry: journal.nextEntry) {
    case .applied(let known, let application):
      if kind == .refused { counters.refusedForRoom &+= 1 }
      trace.record(.order, at: now, subject: known, detail: UInt64(application.rawValue))
      journal.append(kind, name, at: time, message: bytes)
    case .ignored: break
    case .noPlace: counters.unknownClients &+= 1
    }
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
