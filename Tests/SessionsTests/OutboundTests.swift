import Sessions
import TestSupport
import XCTest

final class OutboundTests: XCTestCase {
  private let client1 = "CLIENT0001"

  func testSendsWhatWasAppendedByteForByte() throws {
    let clients = try TestClients()
    let client = try XCTUnwrap(clients.admit(client1))
    let messages: [[UInt8]] = [[1], (0..<70).map { UInt8($0) }, (0..<64).map { UInt8(200 - $0) }]
    for message in messages { clients.append(client, message, entry: 1) }
    XCTAssertEqual(clients.table.unsentClients, 1)
    XCTAssertEqual(clients.send(client), moldPacket(client1, sequence: 1, messages: messages))
    XCTAssertEqual(clients.table.unsentClients, 0)
    XCTAssertNil(clients.send(client))
    clients.append(client, [9, 9], entry: 1)
    XCTAssertEqual(clients.send(client), moldPacket(client1, sequence: 4, messages: [[9, 9]]))
    XCTAssertEqual(clients.table.sentThrough(client), 4)
  }

  /// What another core has made comes behind its length, and bytes behind it that count for nothing.
  func testABlockIsSentAsTheMessageInIt() throws {
    let clients = try TestClients()
    let client = try XCTUnwrap(clients.admit(client1))
    let messages: [[UInt8]] = [[1], (0..<70).map { UInt8($0) }, (0..<18).map { UInt8(200 - $0) }]
    for message in messages {
      let rest = [UInt8](repeating: 0xEE, count: 70 - message.count)
      let block = [0, UInt8(message.count)] + message + rest
      clients.table.append(block: block.rawBytes, to: client, entry: 7)
    }
    XCTAssertNil(clients.send(client, durableThrough: 6))
    XCTAssertEqual(clients.send(client), moldPacket(client1, sequence: 1, messages: messages))
  }

  func testNothingGoesOutBeforeItsEntryIsDurable() throws {
    let clients = try TestClients()
    let client = try XCTUnwrap(clients.admit(client1))
    for entry: UInt64 in [5, 5, 6, 8] { clients.append(client, [UInt8(entry)], entry: entry) }
    XCTAssertNil(clients.send(client, durableThrough: 4))
    XCTAssertEqual(
      clients.again(client1, from: 1, durableThrough: 4), moldPacket(client1, sequence: 1, messages: []))
    XCTAssertEqual(
      clients.send(client, durableThrough: 5), moldPacket(client1, sequence: 1, messages: [[5], [5]]))
    XCTAssertEqual(clients.table.unsentClients, 1, "two are waiting")
    XCTAssertEqual(
      clients.again(client1, from: 2, durableThrough: 7),
      moldPacket(client1, sequence: 2, messages: [[5], [6]]))
    XCTAssertEqual(
      clients.again(client1, from: 4, durableThrough: 7), moldPacket(client1, sequence: 4, messages: []),
      "the next to come")
    XCTAssertEqual(
      clients.send(client, durableThrough: 9), moldPacket(client1, sequence: 3, messages: [[6], [8]]))
    XCTAssertEqual(clients.table.unsentClients, 0)
  }

  func testADatagramIsFilledToTheLastByte() throws {
    // 22 blocks of 66 bytes and the header make exactly 1,472.
    for (byteCount, fitting) in [(64, 22), (70, 20), (1, 484), (18, 72), (4, 242)] {
      let clients = try TestClients(messagesPerClient: 1024)
      let client = try XCTUnwrap(clients.admit(client1))
      let messages = (0..<600).map { number in
        (0..<byteCount).map { UInt8(truncatingIfNeeded: number &* 31 &+ $0) }
      }
      for message in messages { clients.append(client, message, entry: 1) }
      var sent = 0
      while let datagram = clients.send(client) {
        let expected = Array(messages[sent..<min(sent + fitting, 600)])
        XCTAssertEqual(datagram, moldPacket(client1, sequence: UInt64(sent + 1), messages: expected))
        XCTAssertLessThanOrEqual(datagram.count, 1472)
        sent += expected.count
      }
      XCTAssertEqual(sent, 600)
    }
  }

  func testRetransmissionAtTheEdges() throws {
    let clients = try TestClients(messagesPerClient: 8)
    let client = try XCTUnwrap(clients.admit(client1))
    func empty(_ sequence: UInt64) -> [UInt8] { moldPacket(client1, sequence: sequence, messages: []) }
    for sequence: UInt64 in [0, 1, 2, .max] {
      XCTAssertEqual(clients.again(client1, from: sequence), empty(1))
    }
    for number: UInt8 in 1...8 { clients.append(client, [number], entry: 1) }
    XCTAssertEqual(clients.again(client1, from: 0), empty(1), "below the oldest")
    XCTAssertEqual(
      clients.again(client1, from: 1), moldPacket(client1, sequence: 1, messages: (1...8).map { [$0] }))
    XCTAssertEqual(clients.again(client1, from: 8), moldPacket(client1, sequence: 8, messages: [[8]]))
    for sequence: UInt64 in [9, 10, .max] { XCTAssertEqual(clients.again(client1, from: sequence), empty(9)) }
    XCTAssertEqual(clients.table.sentThrough(client), 0, "no cursor moved")
    for number: UInt8 in 9...11 { clients.append(client, [number], entry: 1) }
    for sequence: UInt64 in [0, 1, 3] { XCTAssertEqual(clients.again(client1, from: sequence), empty(4)) }
    XCTAssertEqual(
      clients.again(client1, from: 4), moldPacket(client1, sequence: 4, messages: (4...11).map { [$0] }))
  }

  func testAnUnknownNameWasSentNothing() throws {
    let clients = try TestClients()
    XCTAssertEqual(clients.again("NOBODY0001", from: 17), moldPacket("NOBODY0001", sequence: 1, messages: []))
    XCTAssertEqual(clients.table.count, 0)
  }

  func testWhatIsOverwrittenUnsentIsCounted() throws {
    let clients = try TestClients(messagesPerClient: 4)
    let client = try XCTUnwrap(clients.admit(client1))
    for number: UInt8 in 1...10 { clients.append(client, [number], entry: 1) }
    XCTAssertEqual(
      clients.send(client), moldPacket(client1, sequence: 7, messages: (7...10).map { [$0] }))
    XCTAssertEqual(clients.table.lostMessageCount, 6)
    // Also when what is left may not be sent yet.
    for number: UInt8 in 11...16 { clients.append(client, [number], entry: UInt64(number)) }
    XCTAssertNil(clients.send(client, durableThrough: 11))
    XCTAssertEqual(clients.table.lostMessageCount, 8)
    XCTAssertEqual(
      clients.again(client1, from: 1, durableThrough: 11), moldPacket(client1, sequence: 13, messages: []))
    XCTAssertEqual(
      clients.again(client1, from: 14, durableThrough: 11), moldPacket(client1, sequence: 13, messages: []))
  }

  func testAfterAReplayNothingIsPending() throws {
    let clients = try TestClients()
    for number in 0..<3 {
      let client = try XCTUnwrap(clients.admit(clientName(number)))
      clients.append(client, [1], entry: 1)
    }
    clients.table.treatAllAsSent()
    XCTAssertEqual(clients.table.unsentClients, 0)
    for client in 0..<3 { XCTAssertNil(clients.send(client)) }
    XCTAssertEqual(
      clients.again(clientName(1), from: 1), moldPacket(clientName(1), sequence: 1, messages: [[1]]))
    clients.append(1, [2], entry: 2)
    XCTAssertEqual(clients.send(1), moldPacket(clientName(1), sequence: 2, messages: [[2]]))
    XCTAssertEqual(clients.table.lostMessageCount, 0)
  }

  /// Against plain arrays: several clients, rings that wrap, entries that become durable late.
  func testBehavesLikeArrays() throws {
    var random = SeededRandom()
    let (ring, clientCount) = (64, 5)
    let clients = try TestClients(messagesPerClient: ring)
    var model = [[(entry: UInt64, message: [UInt8])]](repeating: [], count: clientCount)
    var (sent, lost, fullCount) = ([Int](repeating: 0, count: clientCount), 0, 0)
    for number in 0..<clientCount { _ = clients.admit(clientName(number)) }
    var (entry, durable): (UInt64, UInt64) = (1, 0)

    /// The messages after number `last` that fit into one datagram and may be sent.
    func datagram(_ client: Int, after last: Int) -> [[UInt8]] {
      var (messages, room) = ([[UInt8]](), 1452)
      for (entry, message) in model[client][last...] {
        guard entry <= durable, message.count + 2 <= room else { break }
        messages.append(message)
        room -= message.count + 2
      }
      return messages
    }

    for _ in 0..<30_000 {
      let client = Int.random(in: 0..<clientCount, using: &random)
      let oldest = max(0, model[client].count - ring)
      switch Int.random(in: 0..<40, using: &random) {
      case 0..<34:
        let message = (0..<Int.random(in: 1...70, using: &random)).map { _ in
          UInt8.random(in: 0...255, using: &random)
        }
        entry += UInt64.random(in: 0...2, using: &random)
        clients.append(client, message, entry: entry)
        model[client].append((entry, message))
      case 34: durable = min(entry, durable + UInt64.random(in: 0...100, using: &random))
      case 35..<38:
        lost += max(0, oldest - sent[client])
        sent[client] = max(sent[client], oldest)
        let messages = datagram(client, after: sent[client])
        let expected = moldPacket(clientName(client), sequence: UInt64(sent[client] + 1), messages: messages)
        XCTAssertEqual(
          clients.send(client, durableThrough: durable), messages.isEmpty ? nil : expected,
          "seed \(random.seed)")
        sent[client] += messages.count
        if expected.count > 1400 { fullCount += 1 }
      default:
        let asked = Int.random(in: max(0, oldest - 3)...model[client].count + 3, using: &random)
        let released = model[client][oldest...].prefix { $0.entry <= durable }.count + oldest
        var (sequence, messages) = (asked, [[UInt8]]())
        if asked < oldest + 1 { sequence = oldest + 1 } else if asked > released { sequence = released + 1 }
        if asked > oldest, asked <= released { messages = datagram(client, after: asked - 1) }
        XCTAssertEqual(
          clients.again(clientName(client), from: UInt64(asked), durableThrough: durable),
          moldPacket(clientName(client), sequence: UInt64(sequence), messages: messages),
          "seed \(random.seed)")
      }
      let unsent = (0..<clientCount).reduce(UInt64(0)) { $0 | (sent[$1] < model[$1].count ? 1 << $1 : 0) }
      XCTAssertEqual(clients.table.unsentClients, unsent, "seed \(random.seed)")
      XCTAssertEqual(clients.table.lostMessageCount, UInt64(lost), "seed \(random.seed)")
    }
    XCTAssertGreaterThan(lost, 0, "the rings never overflowed")
    XCTAssertGreaterThan(fullCount, 10, "the datagrams were never full")
  }
}
