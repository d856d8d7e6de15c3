public import Orders
public import Sessions
import Wire

/// The clients' outbound streams, as the node sends from them.
extension OrderVenue where Engine: ~Copyable {
  /// The client of that name, if it is known.
  @inline(__always)
  public func find(_ name: ClientName) -> Int? { answers.clients.find(name) }

  /// What the engine did since boot, the replay included.
  public var orderCounters: OrderCounters { engine.counters }
  /// Orders in the books.
  @inline(__always)
  public var liveOrderCount: Int { engine.liveOrderCount }
  /// Journal entries that may still come of what was taken: a cancel for each live order, and what is under way.
  @inline(__always)
  var entryClaims: Int { engine.liveOrderCount &+ engine.underwayCount }

  /// What has become of a message that was under way, its answers given to their streams; nothing when there is none
  /// that may come next.
  @inline(__always)
  mutating func nextCompletion(entry: UInt64) -> Completion? {
    answers.entry = entry
    guard let completion = engine.nextCompletion(into: &answers) else { return nil }
    if completion.outcome == .applied(.accepted) { answers.clients.remember(completion.client) }
    return completion
  }

  mutating func giveUp(_ shard: Int) -> Bool { engine.giveUp(shard, answers) }

  /// Names known, and how many of them for good.
  public var clientCount: Int { answers.clients.count }
  public var rememberedClientCount: Int { answers.clients.rememberedCount }
  /// Answers that were overwritten in their stream before they were sent.
  public var lostAnswerCount: UInt64 { answers.clients.lostMessageCount }

  @inline(__always)
  mutating func hear(_ client: Int, from endpoint: UDPEndpoint) {
    answers.clients.hear(client, from: endpoint)
  }

  @inline(__always)
  func endpoint(of client: Int) -> UDPEndpoint { answers.clients.endpoint(of: client) }

  /// A bit for each client with answers not yet sent, durable or not.
  @inline(__always)
  var clientsWithUnsent: UInt64 { answers.clients.unsentClients }

  @inline(__always)
  func hasSendable(_ client: Int, durableThrough: UInt64) -> Bool {
    answers.clients.hasSendable(client, durableThrough: durableThrough)
  }

  @inline(__always)
  mutating func writeDatagram(
    for client: Int, durableThrough: UInt64, into frame: inout MutableRawSpan, at offset: Int
  ) -> ClientTable.Written {
    answers.clients.writeDatagram(for: client, durableThrough: durableThrough, into: &frame, at: offset)
  }

  func writeRetransmission(
    for name: ClientName, from sequence: UInt64, durableThrough: UInt64, into frame: inout MutableRawSpan,
    at offset: Int
  ) -> ClientTable.Written {
    answers.clients.writeRetransmission(
      for: name, from: sequence, durableThrough: durableThrough, into: &frame, at: offset)
  }

  /// Answers since `restartGathering`, those of all clients together.
  @inline(__always)
  var gatheredAnswerCount: Int { answers.gatheredCount }

  /// Everything so far was sent, or could have been.
  @inline(__always)
  mutating func restartGathering() { answers.gatheredCount = 0 }

  /// After a replay: nobody knows which answers were sent, so none is sent again unasked.
  public mutating func finishReplay() {
    answers.clients.treatAllAsSent()
    restartGathering()
  }
}
