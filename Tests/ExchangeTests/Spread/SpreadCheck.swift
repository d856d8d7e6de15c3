import Buffers
@testable import Exchange
import Networking
@testable import Orders
import Sessions
import Reactors
import Scheduling
import SimulationSupport
import TestSupport
import Timing
import Tracing

/// What must hold when a node with order cores has come to rest.
final class SpreadCheck {
  private(set) var complaints: [String] = []
  private let node: SpreadNode
  /// What each name has sent and the node has got, in order.
  private let sent: [String: [[UInt8]]]
  /// What each name was told unasked.
  private let told: [String: [[UInt8]]]
  /// The shard that was given up: what it had is lost.
  private let hung: Int?
  /// The control: an entry of the journal is not there.
  private let losesEntry: Bool

  init(
    _ node: SpreadNode, sent: [String: [[UInt8]]], told: [String: [[UInt8]]], hung: Int? = nil,
    losesEntry: Bool = false
  ) {
    self.node = node
    self.sent = sent
    self.told = told
    self.hung = hung
    self.losesEntry = losesEntry
  }

  private func complain(_ complaint: String) {
    complaints.append("\(node.size.shardCount) shards: \(complaint)")
  }

  func run() {
    checkRest()
    do {
      let size = NodeSize(orders: 4_096)
      let memory = size.makeVenueMemory()
      var venue = try size.makeVenue(in: memory, messagesPerClient: node.size.messagesPerClient)
      checkReplay(&venue)
      checkSame(venue)
      try checkOtherSpread(digest: venue.stateDigest)
    } catch { complain("no memory for a replay: \(error)") }
  }

  private func checkRest() {
    let resident = node.node
    if resident.value.venue.engine.underwayCount != 0 {
      complain("\(resident.value.venue.engine.underwayCount) messages are under way for ever")
    }
    if resident.value.held != nil { complain("a datagram waits for ever") }
    if node.link.waitingFrameCount > 0 { complain("frames wait for ever") }
    if !node.link.isBalanced { complain("frames are missing") }
    if resident.value.venue.engine.move != nil { complain("a move does not end") }
    if hung == nil, let fault = node.directoryFault { complain(fault) }
    if node.journal.crampedCount > 0 { complain("the journal had no room") }
  }

  private var entries: [RecordingJournal.Entry] {
    var entries = node.journal.entries
    if losesEntry, !entries.isEmpty { entries.remove(at: entries.count / 2) }
    return entries
  }

  /// Replays the journal, and looks at each message that is not in it just before its client's next one that is.
  private func checkReplay(_ venue: inout LocalVenue) {
    var pending = sent.mapValues { $0[...] }
    for (index, entry) in entries.enumerated() {
      let name = entry.client.text
      guard let place = pending[name]?.firstIndex(of: entry.message) else {
        complain("entry \(index) of \(name) was not sent, or not in this order")
        return
      }
      checkIgnored(pending[name]!.prefix(upTo: place), entry, &venue)
      pending[name] = pending[name]!.suffix(from: place + 1)
      if venue.replay([entry]) != nil { return complain("entry \(index) of \(name) cannot be replayed") }
    }
    for (name, messages) in pending {
      let last = RecordingJournal.Entry(kind: .applied, client: ClientName(name), time: 0, message: [])
      checkIgnored(messages, last, &venue)
    }
  }

  private func checkIgnored(
    _ messages: ArraySlice<[UInt8]>, _ next: RecordingJournal.Entry, _ venue: inout LocalVenue
  ) {
    guard hung == nil else { return }
    for message in messages {
      let entry = RecordingJournal.Entry(
        kind: .applied, client: next.client, time: next.time, message: message)
      guard let decoded = entry.decoded, venue.replay(decoded, number: 0) else { continue }
      complain(
        "a message of \(next.client.text) was not applied: \(String(decoding: message, as: UTF8.self))")
    }
  }

  private func checkSame(_ venue: borrowing LocalVenue) {
    let live = node.node
    for name in sent.keys.sorted() {
      let client = ClientName(name)
      let expected = venue.stream(of: client)
      let stream = live.value.venue.stream(of: client)
      if stream != expected {
        complain("the stream of \(name) is not that of a replay: \(stream.count) of \(expected.count)")
      }
      guard live.value.venue.find(client) != nil, !stream.isEmpty, !name.hasPrefix("STR") else { continue }
      if told[name, default: []] != stream { complain("\(name) was told something else than its stream") }
    }
    if venue.clientCount != live.value.venue.clientCount { complain("other clients are known") }
    if venue.rememberedClientCount != live.value.venue.rememberedClientCount {
      complain("other clients are remembered")
    }
    if venue.liveOrderCount != live.value.venue.liveOrderCount { complain("other orders are live") }
    if hung == nil, node.stateDigest != venue.stateDigest { complain("the books are not those of a replay") }
  }

  private func checkOtherSpread(digest: UInt64) throws {
    var size = SpreadSize()
    size.shardCount = node.size.shardCount % 5 + 1
    size.messagesPerClient = node.size.messagesPerClient
    size.orders = 1_024
    let memory = size.makeMemory()
    var venue = try size.makeVenue(in: memory)
    if venue.replay(entries) != nil {
      return complain("the journal cannot be replayed on \(size.shardCount) shards")
    }
    if venue.stateDigest != digest { complain("on \(size.shardCount) shards the state is another one") }
    for name in sent.keys
    where venue.stream(of: ClientName(name)) != node.node.value.venue.stream(of: ClientName(name)) {
      complain("on \(size.shardCount) shards the stream of \(name) is another one")
    }
  }
}

extension ClientName {
  /// The ten characters.
  var text: String {
    let bytes = (0..<8).map { UInt8(truncatingIfNeeded: head >> (8 * $0)) }
    return String(decoding: bytes + [UInt8(truncatingIfNeeded: tail), UInt8(tail >> 8)], as: UTF8.self)
  }
}

extension NodeSize {
  init(orders: Int) {
    self.init()
    self.orders = orders
  }

  func makeVenueMemory() -> TestArena {
    TestArena(byteCount: OrderLimits(orders: orders, symbols: orders).byteCount + (64 << 20))
  }

  /// A venue on one core with as many symbols as orders.
  func makeVenue(in memory: TestArena, messagesPerClient: Int) throws -> LocalVenue {
    try LocalVenue(
      orders: OrderLimits(orders: orders, symbols: orders),
      clients: ClientLimits(messagesPerClient: messagesPerClient), hashSeed: 42, in: &memory.arena)
  }
}
