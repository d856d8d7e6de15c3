import Buffers
import TestSupport
import Wire
import XCTest

@testable import Sessions

/// A client table in memory of its own.
final class TestClients {
  private let memory: TestArena
  var table: ClientTable

  init(messagesPerClient: Int = 16) throws {
    let limits = ClientLimits(messagesPerClient: messagesPerClient)
    memory = TestArena(byteCount: limits.byteCount + 4096)
    table = try ClientTable(limits, in: &memory.arena)
  }

  /// The place of a name that is admitted, known or new.
  func admit(_ name: String) -> Int? {
    switch table.admit(ClientName(name)) {
    case .known(let client), .new(let client): client
    case .full: nil
    }
  }

  func append(_ client: Int, _ message: [UInt8], entry: UInt64) {
    appendMessage(message, entry: entry, to: client, of: &table)
  }

  /// The next live datagram.
  func send(_ client: Int, durableThrough: UInt64 = .max) -> [UInt8]? {
    var frame = [UInt8](repeating: 0xEE, count: Frame.capacity)
    let written = frame.withRawBytes {
      table.writeDatagram(for: client, durableThrough: durableThrough, into: &$0, at: 42)
    }
    XCTAssertEqual(frame[..<42], [UInt8](repeating: 0xEE, count: 42)[...])
    return written.byteCount == 0 ? nil : Array(frame[42..<42 + written.byteCount])
  }

  func again(_ name: String, from sequence: UInt64, durableThrough: UInt64 = .max) -> [UInt8] {
    var frame = [UInt8](repeating: 0xEE, count: Frame.capacity)
    let written = frame.withRawBytes {
      table.writeRetransmission(
        for: ClientName(name), from: sequence, durableThrough: durableThrough, into: &$0, at: 42)
    }
    return Array(frame[42..<42 + written.byteCount])
  }
}

private func appendMessage(_ message: [UInt8], entry: UInt64, to client: Int, of table: inout ClientTable) {
  var bytes = table.append(to: client, byteCount: message.count, entry: entry)
  XCTAssertEqual(bytes.byteCount, message.count)
  for (index, byte) in message.enumerated() { bytes.storeBigEndian(byte, at: index) }
}

func clientName(_ number: Int) -> String {
  "C" + String(repeating: "0", count: 9 - String(number).count) + "\(number)"
}

final class ClientTableTests: XCTestCase {
  func testAMissingNameIsNotFoundAndFindingChangesNothing() throws {
    let clients = try TestClients()
    XCTAssertNil(clients.table.find(ClientName("CLIENT0001")))
    XCTAssertEqual(clients.table.count, 0)
    XCTAssertEqual(clients.table.admit(ClientName("CLIENT0001")), .new(0))
    XCTAssertEqual(clients.table.admit(ClientName("CLIENT0001")), .known(0))
    XCTAssertEqual(clients.table.find(ClientName("CLIENT0001")), 0)
    XCTAssertNil(clients.table.find(ClientName("CLIENT0002")), "another tail")
    XCTAssertNil(clients.table.find(ClientName("DLIENT0001")), "another head")
  }

  func testTheOldestProvisionalNameGivesWay() throws {
    let clients = try TestClients()
    for number in 0..<64 { XCTAssertEqual(clients.admit(clientName(number)), number) }
    for number in [0, 2] { clients.table.remember(number) }
    // Being found, heard or admitted again does not make a name younger.
    _ = clients.table.find(ClientName(clientName(1)))
    clients.table.hear(1, from: UDPEndpoint(address: IPv4Address(10, 0, 2, 2), port: 1))
    _ = clients.admit(clientName(1))
    XCTAssertEqual(clients.table.admit(ClientName(clientName(100))), .new(1))
    XCTAssertEqual(clients.table.admit(ClientName(clientName(101))), .new(3))
    XCTAssertNil(clients.table.find(ClientName(clientName(1))))
    XCTAssertEqual(clients.table.endpoint(of: 1), .none, "nothing is left of the one before")
    XCTAssertEqual(clients.table.count, 64)
    XCTAssertEqual(clients.table.find(ClientName(clientName(0))), 0)
    XCTAssertEqual(clients.table.find(ClientName(clientName(2))), 2)
  }

  func testAnEvictedNameStartsAnew() throws {
    let clients = try TestClients()
    for number in 0..<64 { _ = clients.admit(clientName(number)) }
    clients.append(0, [1, 2, 3], entry: 1)
    XCTAssertEqual(clients.table.unsentClients, 1)
    XCTAssertEqual(clients.admit("NEWCLIENT0"), 0)
    XCTAssertEqual(clients.table.unsentClients, 0)
    XCTAssertEqual(clients.table.lostMessageCount, 1)
    XCTAssertNil(clients.send(0))
    XCTAssertEqual(clients.table.appendedThrough(0), 0)
    XCTAssertEqual(clients.admit(clientName(0)), 1, "back, in place of the next oldest")
    XCTAssertEqual(clients.table.appendedThrough(1), 0)
  }

  func testWhenAllAreRememberedANewNameIsRefused() throws {
    let clients = try TestClients()
    for number in 0..<64 {
      clients.table.remember(try XCTUnwrap(clients.admit(clientName(number))))
      clients.table.remember(number)
    }
    XCTAssertEqual(clients.table.rememberedCount, 64)
    XCTAssertEqual(clients.table.admit(ClientName("ONE2MANY00")), .full)
    XCTAssertEqual(clients.table.count, 64)
    for number in 0..<64 { XCTAssertEqual(clients.table.find(ClientName(clientName(number))), number) }
  }

  /// Against a plain list: names come, stay or give way.
  func testBehavesLikeAList() throws {
    var random = SeededRandom()
    let clients = try TestClients(messagesPerClient: 2)
    var model: [(name: String, remembered: Bool)] = []  // the oldest admission first
    for _ in 0..<20_000 {
      let name = clientName(Int.random(in: 0..<200, using: &random))
      let known = model.firstIndex { $0.name == name }
      XCTAssertEqual(
        clients.table.find(ClientName(name)) != nil, known != nil, "\(name), seed \(random.seed)")
      let isFull = model.count == 64
      let victim = isFull ? model.firstIndex { !$0.remembered } : nil
      switch clients.table.admit(ClientName(name)) {
      case .known: XCTAssertNotNil(known, "seed \(random.seed)")
      case .full: XCTAssertTrue(known == nil && isFull && victim == nil, "seed \(random.seed)")
      case .new(let client):
        XCTAssertNil(known, "seed \(random.seed)")
        if let victim { model.remove(at: victim) }
        model.append((name, false))
        if model.filter(\.remembered).count < 60, Int.random(in: 0..<20, using: &random) == 0 {
          clients.table.remember(client)
          model[model.count - 1].remembered = true
        }
      }
      XCTAssertEqual(clients.table.count, model.count, "seed \(random.seed)")
    }
    XCTAssertEqual(clients.table.rememberedCount, model.filter(\.remembered).count)
    for (name, _) in model { XCTAssertNotNil(clients.table.find(ClientName(name)), "seed \(random.seed)") }
  }

  /// The index stays whole through collisions: names that all begin their search at the last places.
  func testNamesThatCollideAreAllFound() throws {
    let clients = try TestClients(messagesPerClient: 2)
    let names = (0..<200_000).lazy.map { clientName($0) }
      .filter { ClientTable.home(of: ClientName($0)) >= ClientTable.indexCount - 2 }.prefix(160)
    for (position, name) in names.enumerated() {
      XCTAssertNotNil(clients.admit(name))
      for other in names.prefix(position + 1).suffix(64) {
        XCTAssertNotNil(clients.table.find(ClientName(other)), "\(other) after \(position)")
      }
      if position >= 64 {
        XCTAssertNil(clients.table.find(ClientName(names[names.startIndex + position - 64])))
      }
    }
  }

  /// What a restart replays is only what was journaled; all else must not matter.
  func testReplayRebuildsTheSameTable() throws {
    var random = SeededRandom()
    let (live, replayed) = (try TestClients(messagesPerClient: 4), try TestClients(messagesPerClient: 4))
    var entry: UInt64 = 0
    for _ in 0..<5000 {
      let name = clientName(Int.random(in: 0..<90, using: &random))
      if Bool.random(using: &random) {
        // Not journaled: a question, an address, a datagram sent.
        _ = live.again(name, from: 1)
        if let client = live.table.find(ClientName(name)) {
          live.table.hear(client, from: UDPEndpoint(address: IPv4Address(10, 0, 2, 2), port: 9))
          _ = live.send(client, durableThrough: entry)
        }
        continue
      }
      entry += 1
      let remembers = Int.random(in: 0..<30, using: &random) == 0
      for clients in [live, replayed] {
        guard let client = clients.admit(name) else { continue }
        clients.append(client, [UInt8(truncatingIfNeeded: entry), 2, 3], entry: entry)
        if remembers { clients.table.remember(client) }
      }
    }
    XCTAssertEqual(live.table.rememberedCount, replayed.table.rememberedCount)
    XCTAssertGreaterThan(live.table.rememberedCount, 20, "seed \(random.seed)")
    for number in 0..<90 {
      let name = clientName(number)
      XCTAssertEqual(
        live.table.find(ClientName(name)), replayed.table.find(ClientName(name)), "seed \(random.seed)")
      for sequence: UInt64 in [1, 5, 20] {
        XCTAssertEqual(
          live.again(name, from: sequence), replayed.again(name, from: sequence), "seed \(random.seed)")
      }
    }
  }

  func testLimitsSayHowMuchMemoryIsNeeded() throws {
    for count in [2, 16, 1024] {
      let limits = ClientLimits(messagesPerClient: count)
      let memory = TestArena(byteCount: limits.byteCount)
      XCTAssertNoThrow(try { _ = try ClientTable(limits, in: &memory.arena) }())
      let small = TestArena(byteCount: limits.byteCount - 64 * 4)
      XCTAssertThrowsError(try { _ = try ClientTable(limits, in: &small.arena) }())
    }
    let fitting = ClientLimits(fitting: 2 << 20)
    XCTAssertLessThanOrEqual(fitting.byteCount, 2 << 20)
    XCTAssertGreaterThan(ClientLimits(messagesPerClient: fitting.messagesPerClient * 2).byteCount, 2 << 20)
    XCTAssertEqual(ClientLimits(fitting: 0).messagesPerClient, 16)
    XCTAssertEqual(ClientLimits(fitting: .max).messagesPerClient, 65_536)
  }
}
