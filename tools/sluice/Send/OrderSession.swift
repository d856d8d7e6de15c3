import Orders
import Sessions
import Wire

/// One client talking to the guest, one request at a time, over a network that may lose any datagram.
struct OrderSession {
  /// How long to wait before a request or a question for what is missing is sent again.
  private static let retryNanoseconds: UInt64 = 250_000_000

  private let socket: DatagramSocket
  private let timeoutNanoseconds: UInt64
  private(set) var stream: ReplyStream
  private var unansweredQueryCount = 0

  /// Finds its place in the client's stream of replies.
  init(_ socket: DatagramSocket, name: ClientName, timeoutSeconds: Double) throws(CommandFailure) {
    self.socket = socket
    timeoutNanoseconds = UInt64(timeoutSeconds * 1e9)
    stream = ReplyStream(name)
    let deadline = monotonicNanoseconds() + timeoutNanoseconds
    while stream.nextSequence == nil {
      guard monotonicNanoseconds() < deadline else { throw silence("the guest does not answer") }
      try socket.send(stream.request)
      _ = try receive { _ in }
    }
  }

  /// Sends messages in one datagram, as often as needed: the guest applies each once. The last of them is a query, the
  /// only one that is answered each time; all replies up to its answer are handed over.
  ///
  /// - Throws: when that answer has not come in time.
  mutating func exchange(_ packet: ClientPacket, _ deliver: (OutboundReply) -> Void) throws(CommandFailure) {
    try drain()
    let deadline = monotonicNanoseconds() + timeoutNanoseconds
    try send(packet)
    var isComplete = false
    while !isComplete {
      let received = try receive { reply in
        if !isComplete { deliver(reply) }
        if reply.isQueryResponse { isComplete = true }
      }
      if isComplete { return }
      guard monotonicNanoseconds() < deadline else {
        throw silence("no answer came; the guest may have taken the message all the same")
      }
      if !received { try send(packet) }
      if !received || stream.hasGap { try socket.send(stream.request) }
    }
  }

  private mutating func send(_ packet: ClientPacket) throws(CommandFailure) {
    try socket.send(packet.bytes)
    unansweredQueryCount += 1
  }

  /// Waits for the answers to what was sent more than once, so that they are not taken for later ones.
  private mutating func drain() throws(CommandFailure) {
    while unansweredQueryCount > 0 {
      guard try receive({ _ in }) else { break }
    }
    unansweredQueryCount = 0
  }

  /// Hands over everything the guest still keeps of the client's replies.
  mutating func history(_ deliver: (OutboundReply) -> Void) throws(CommandFailure) {
    guard let end = stream.nextSequence else { return }
    stream = ReplyStream(stream.name, from: 1)
    let deadline = monotonicNanoseconds() + timeoutNanoseconds
    while let next = stream.nextSequence, next < end {
      guard monotonicNanoseconds() < deadline else { throw silence("the guest does not answer") }
      try socket.send(stream.request)
      _ = try receive(deliver)
    }
  }

  /// Replies that the guest no longer keeps.
  var lostCount: UInt64 { stream.lostCount }

  private mutating func receive(_ deliver: (OutboundReply) -> Void) throws(CommandFailure) -> Bool {
    var stream = self.stream
    var queryResponseCount = 0
    let received = try socket.receive(waiting: Self.retryNanoseconds) { datagram in
      guard let packet = try? MoldPacket(checking: datagram) else { return }
      stream.take(packet) { reply in
        if reply.isQueryResponse { queryResponseCount += 1 }
        deliver(reply)
      }
    }
    self.stream = stream
    unansweredQueryCount -= queryResponseCount
    return received
  }

  private func silence(_ what: String) -> CommandFailure {
    CommandFailure(
      """
      \(what): waited \(Double(timeoutNanoseconds) / 1e9) s for \(socket.peer), client '\(stream.name.text)'.
      Does the guest's console say `sluice: ready`? A slow machine may need --timeout.
      """)
  }
}

extension OutboundReply {
  var isQueryResponse: Bool {
    if case .queryResponse = self { true } else { false }
  }
}
