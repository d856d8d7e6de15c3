import Buffers
import Networking
import Sessions
import Timing
import Wire

/// Answers out: what is durable and not yet sent, for every client whose way is known.
extension OrderNode where Frames: ~Copyable, Journal: ~Copyable, Engine: ~Copyable {
  /// Writes datagrams while there are frames for them. True when frames ran out before the answers did.
  @inline(__always)
  mutating func sendAnswers(now: Instant) -> Bool {
    var waiting = venue.clientsWithUnsent
    let durable = journal.durableThrough
    while waiting != 0 {
      let client = waiting.trailingZeroBitCount
      waiting &= waiting &- 1
      guard sendAnswers(to: client, durableThrough: durable, now: now) else { return true }
    }
    return false
  }

  /// False when frames ran out.
  @inline(__always)
  private mutating func sendAnswers(to client: Int, durableThrough: UInt64, now: Instant) -> Bool {
    guard findRoute(to: client, now: now) else { return true }
    while venue.hasSendable(client, durableThrough: durableThrough) {
      guard var frame = frames.frameForTransmission() else { return false }
      var buffer = frame.buffer
      let written = venue.writeDatagram(
        for: client, durableThrough: durableThrough, into: &buffer, at: UDPRoute.payloadOffset)
      let byteCount = routes[client].writeHeaders(payloadByteCount: written.byteCount, into: &buffer)
      frame.resize(to: byteCount)
      frames.transmit(frame)
      counters.datagramsSent &+= 1
      counters.messagesSent &+= UInt64(truncatingIfNeeded: written.messageCount)
    }
    return true
  }

  /// Whether the client's way is known; if not, it is asked for, and the answers wait in the stream.
  @inline(__always)
  private mutating func findRoute(to client: Int, now: Instant) -> Bool {
    let endpoint = venue.endpoint(of: client)
    if network.isCurrent(routes[client], for: endpoint) { return true }
    return renewRoute(to: client, endpoint, now: now)
  }

  @inline(never)
  private mutating func renewRoute(to client: Int, _ endpoint: UDPEndpoint, now: Instant) -> Bool {
    guard endpoint != .none else { return false }
    guard case .ready(let route) = network.resolve(endpoint, from: Self.port, now: now) else { return false }
    routes[client] = route
    return true
  }

  /// Answers a request to send again: one datagram, to whoever asked.
  @inline(never)
  mutating func answer(_ name: ClientName, askingFrom sequence: UInt64, source: UDPEndpoint, now: Instant) {
    counters.retransmissionRequests &+= 1
    guard case .ready(let route) = network.resolve(source, from: Self.port, now: now) else { return }
    guard var frame = frames.frameForTransmission() else { return network.count(.noTransmitFrame) }
    var buffer = frame.buffer
    let written = venue.writeRetransmission(
      for: name, from: sequence, durableThrough: journal.durableThrough, into: &buffer,
      at: UDPRoute.payloadOffset)
    let byteCount = route.writeHeaders(payloadByteCount: written.byteCount, into: &buffer)
    frame.resize(to: byteCount)
    frames.transmit(frame)
  }

  /// Sends the address resolution requests that are due.
  @inline(__always)
  mutating func sendResolutionRequests(now: Instant) {
    if network.nextDeadline <= now { network.poll(now: now) }
    while network.wantsToSend, var frame = frames.frameForTransmission() {
      var buffer = frame.buffer
      let byteCount = network.writeRequest(into: &buffer, now: now)
      guard byteCount > 0 else { return frames.recycle(frame) }
      frame.resize(to: byteCount)
      frames.transmit(frame)
    }
  }
}
