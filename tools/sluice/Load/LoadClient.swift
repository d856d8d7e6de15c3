import Orders
import Sessions
import Wire

/// One client of a load: its numbers, its live orders, what it waits for.
struct LoadClient {
  private let index: Int
  private let flow: LoadFlow
  private(set) var stream: ReplyStream
  private var nextReference: UInt32 = 1
  /// When each order or cancel that is not answered left, by its reference.
  private var departures: [UInt32: UInt64] = [:]
  /// Shares left of each live order, and the order in which they were accepted.
  private var remaining: [UInt32: UInt32] = [:]
  private var accepted = Fifo()

  /// Asks the guest where the client's numbers and answers stand.
  init(name: ClientName, index: Int, on socket: DatagramSocket, flow: LoadFlow) throws(CommandFailure) {
    self.index = index
    self.flow = flow
    var session = try OrderSession(socket, name: name, timeoutSeconds: 5)
    var next: UInt32 = 1
    try session.exchange(ClientPacket(name, .query(AccountQuery()))) { reply in
      if case .queryResponse(let response) = reply { next = response.nextReference }
    }
    nextReference = next
    stream = session.stream
  }

  var waitingCount: Int { departures.count }
  var liveCount: Int { remaining.count }

  /// The next datagram of the flow, noted as leaving at `time`.
  mutating func nextDatagram(at time: UInt64) -> [UInt8] {
    if flow.mix == .resting, remaining.count >= flow.liveOrderCount, let cancel = nextCancel(at: time) {
      return cancel
    }
    let reference = nextReference
    nextReference += 1
    departures[reference] = time
    var packet = ClientPacket(stream.name)
    packet.append(flow.order(reference, client: index))
    return packet.bytes
  }

  /// A datagram that cancels the oldest live order; nothing when no order is known to be live.
  mutating func nextCancel(at time: UInt64) -> [UInt8]? {
    while let reference = accepted.next() {
      guard remaining[reference] != nil else { continue }
      departures[reference] = time
      var packet = ClientPacket(stream.name)
      packet.append(CancelOrder(userReference: reference))
      return packet.bytes
    }
    return nil
  }

  /// Takes a packet of the guest. Hands over when each order left that is answered now, and counts the others.
  mutating func take(_ packet: borrowing MoldPacket, _ counts: inout LoadCounts, answered: (UInt64) -> Void) {
    var stream = self.stream
    stream.take(packet) { reply in
      counts.count(reply)
      if let departure = note(reply) { answered(departure) }
    }
    self.stream = stream
  }

  /// Follows an order's life; when it is answered for the first time, says when it left.
  private mutating func note(_ reply: OutboundReply) -> UInt64? {
    switch reply {
    case .accepted(let reply):
      if reply.life == .live {
        remaining[reply.userReference] = reply.quantity
        accepted.append(reply.userReference)
      }
      return departures.removeValue(forKey: reply.userReference)
    case .executed(let reply):
      let left = (remaining[reply.userReference] ?? 0).subtractingReportingOverflow(reply.quantity)
      remaining[reply.userReference] = left.overflow || left.partialValue == 0 ? nil : left.partialValue
      return nil
    case .canceled(let reply):
      remaining[reply.userReference] = nil
      return departures.removeValue(forKey: reply.userReference)
    case .rejected(let reply):
      return departures.removeValue(forKey: reply.userReference)
    case .replaced, .queryResponse:
      return nil
    }
  }

  /// Gives up on what left before `time`; says how many that were.
  mutating func giveUp(before time: UInt64) -> Int {
    let late = departures.filter { $0.value < time }
    for reference in late.keys {
      departures[reference] = nil
      remaining[reference] = nil
    }
    return late.count
  }

  /// Whether something that left before `time` is still not answered.
  func isWaiting(since time: UInt64) -> Bool { departures.values.contains { $0 < time } }
}

/// References in the order in which they came.
private struct Fifo {
  private var values: [UInt32] = []
  private var head = 0

  mutating func append(_ value: UInt32) { values.append(value) }

  mutating func next() -> UInt32? {
    guard head < values.count else { return nil }
    defer {
      head += 1
      if head > 4096 {
        values.removeFirst(head)
        head = 0
      }
    }
    return values[head]
  }
}
