import TestSupport
import Timing
import Wire
import XCTest

@testable import Networking

final class NeighbourTests: XCTestCase {
  private let us = (station: Host.station, address: Host.address)
  private let gateway = (station: Host.gatewayStation, address: Host.gateway)

  func testAsksThenUsesTheAnswer() throws {
    let network = try TestNetwork()
    guard case .pending(let instant) = network.resolve(at: .zero) else { return XCTFail("not known yet") }
    XCTAssertEqual(instant, .seconds(1))
    XCTAssertEqual(network.request(at: .zero), Capture.ownRequest)
    XCTAssertNil(network.request(at: .seconds(0.5)), "one a second")
    let generation = network.stack.routeGeneration
    guard case .none = network.receive(Capture.answer, at: .seconds(0.5)) else { return XCTFail("asked for") }
    XCTAssertNotEqual(network.stack.routeGeneration, generation, "who waits can tell")
    XCTAssertNotNil(network.route(at: .seconds(0.5)))
    XCTAssertEqual(network.dropped(Capture.answer, at: .seconds(0.6)), .arpUnsolicitedReply)
  }

  func testAsksThreeTimesThenGivesUpForAWhile() throws {
    let network = try TestNetwork()
    _ = network.resolve(at: .zero)
    var sent: [Double] = []
    for tick in 0...90 {
      let now = Double(tick) / 10
      while network.request(at: .seconds(now)) != nil { sent.append(now) }
    }
    XCTAssertEqual(sent, [0, 1, 2])
    XCTAssertEqual(network.stack.counters.requestsSent, 3)
    XCTAssertEqual(network.stack.nextDeadline, .never, "nobody asked again")
    // Once more, to see it refused during the hold-down and asked for after it.
    _ = network.resolve(at: .seconds(10))
    for second in 10...13 { _ = network.request(at: .seconds(Double(second))) }
    guard case .unreachable(.hostUnreachable) = network.resolve(at: .seconds(14)) else {
      return XCTFail("held down")
    }
    guard case .pending = network.resolve(at: .seconds(18)) else { return XCTFail("asked again") }
    XCTAssertNotNil(network.request(at: .seconds(18)))
  }

  func testDeadlinesAreNeverMissedAndNeverBusy() throws {
    let network = try TestNetwork()
    _ = network.resolve(at: .zero)
    var (now, turns) = (Instant.zero, 0)
    while now < .seconds(200) {
      while network.request(at: now) != nil {}
      if turns == 1 { _ = network.receive(Capture.answer, at: now) }
      turns += 1
      XCTAssertTrue(network.stack.nextDeadline > now, "a deadline that has passed")
      now = network.stack.nextDeadline
    }
    // Two questions, an answer, a lifetime, three more questions, and silence.
    XCTAssertEqual(network.stack.counters.requestsSent, 5)
    XCTAssertLessThan(turns, 12)
  }

  func testAWantedHostIsAskedAgainBeforeItIsForgotten() throws {
    let network = try TestNetwork()
    _ = network.answer(to: Capture.arpRequest)
    let route = try XCTUnwrap(network.route(at: .zero))
    let remote = UDPEndpoint(address: Host.gateway, port: 40000)
    let probe = try XCTUnwrap(network.request(at: .seconds(60)))
    XCTAssertEqual(Array(probe[..<6]), bytes(of: Host.gatewayStation), "asked directly")
    XCTAssertTrue(network.stack.isCurrent(route, for: remote), "used meanwhile")
    guard case .none = network.receive(Capture.answer, at: .seconds(60.1)) else {
      return XCTFail("asked for")
    }
    XCTAssertTrue(network.stack.isCurrent(route, for: remote), "nothing changed")
    for second in [120.1, 121.2, 122.3, 123.4] { _ = network.request(at: .seconds(second)) }
    XCTAssertFalse(network.stack.isCurrent(route, for: remote), "gone")
    guard case .pending = network.resolve(at: .seconds(124)) else { return XCTFail("asked for anew") }
  }

  func testAHostNobodySendsToIsNotAskedFor() throws {
    let network = try TestNetwork()
    _ = network.answer(to: Capture.arpRequest)
    XCTAssertNil(network.request(at: .seconds(60)))
    XCTAssertNil(network.request(at: .seconds(6000)))
    XCTAssertEqual(network.stack.nextDeadline, .never)
    XCTAssertNotNil(network.route(at: .seconds(6000)), "but what is known is used,")
    XCTAssertNotNil(network.request(at: .seconds(6000)), "and made sure of")
  }

  func testAnsweringTellsWhoAskedButProbesTellNothing() throws {
    let network = try TestNetwork()
    let probe = arpFrame(
      1, from: (gateway.station, .zero), to: (.zero, Host.address), destination: .broadcast)
    let answer = try XCTUnwrap(network.answer(to: probe))
    XCTAssertEqual(Array(answer[28..<32]), bytes(of: Host.address))
    guard case .pending = network.resolve(at: .zero) else { return XCTFail("learned from a probe") }
    _ = network.answer(to: Capture.arpRequest)
    XCTAssertNotNil(network.route(at: .zero))
  }

  func testWhatNobodyAskedForChangesNothing() throws {
    let network = try TestNetwork()
    _ = network.answer(to: Capture.arpRequest)
    let route = try XCTUnwrap(network.route(at: .zero))
    let remote = UDPEndpoint(address: Host.gateway, port: 40000)
    let thief = MACAddress(2, 6, 6, 6, 6, 6)
    let attempts: [(DropReason, [UInt8])] = [
      (.arpUnsolicitedReply, arpFrame(2, from: (thief, Host.gateway), to: us)),
      (.arpUnsolicitedReply, arpFrame(2, from: (thief, IPv4Address(10, 0, 2, 77)), to: us)),
      (.arpNotForThisHost, arpFrame(1, from: (thief, Host.gateway), to: (.zero, IPv4Address(10, 0, 2, 9)))),
      (.arpAddressConflict, arpFrame(1, from: (thief, Host.address), to: (.zero, Host.gateway))),
      (.arpAddressConflict, arpFrame(2, from: (thief, Host.address), to: (.broadcast, Host.address))),
      (.arpInvalidSender, arpFrame(1, from: (.broadcast, Host.gateway), to: us)),
      (.arpInvalidSender, arpFrame(1, from: (Host.station, Host.gateway), to: us)),
      (.arpInvalidSender, arpFrame(1, from: (thief, IPv4Address(192, 168, 1, 1)), to: us)),
      (.arpNotForThisHost, arpFrame(1, from: (thief, .init(10, 0, 2, 9)), to: (.zero, .init(10, 0, 2, 9)))),
    ]
    for (reason, frame) in attempts {
      var frame = frame
      frame.replaceSubrange(0..<6, with: bytes(of: Host.station))
      if Array(frame[6..<12]) == bytes(of: .broadcast) {
        frame.replaceSubrange(6..<12, with: bytes(of: thief))
      }
      if Array(frame[6..<12]) == bytes(of: Host.station) {
        frame.replaceSubrange(6..<12, with: bytes(of: thief))
      }
      XCTAssertEqual(network.dropped(frame), reason)
      XCTAssertTrue(network.stack.isCurrent(route, for: remote), "\(reason)")
    }
    XCTAssertEqual(network.stack.neighbours.find(IPv4Address(10, 0, 2, 77)), nil)
  }

  func testAnAnswerToAllIsNotBelieved() throws {
    let network = try TestNetwork()
    _ = network.resolve(at: .zero)
    _ = network.request(at: .zero)
    var frame = Capture.answer
    frame.replaceSubrange(0..<6, with: bytes(of: .broadcast))
    XCTAssertEqual(network.dropped(frame), .arpUnsolicitedReply)
    XCTAssertNil(network.route(at: .zero))
  }

  func testAKnownHostMayMove() throws {
    let network = try TestNetwork()
    _ = network.answer(to: Capture.arpRequest)
    let route = try XCTUnwrap(network.route(at: .zero))
    let moved = MACAddress(2, 9, 9, 9, 9, 9)
    let announcement = arpFrame(
      1, from: (moved, Host.gateway), to: (.zero, Host.gateway), destination: .broadcast)
    guard case .none = network.receive(announcement) else { return XCTFail("not believed") }
    XCTAssertFalse(network.stack.isCurrent(route, for: UDPEndpoint(address: Host.gateway, port: 40000)))
    let place = try XCTUnwrap(network.stack.neighbours.find(Host.gateway))
    XCTAssertEqual(network.stack.neighbours[place].hardware, moved)
  }

  func testStrangersNeverDisplaceThoseWeSendTo() throws {
    let network = try TestNetwork(prefixBitCount: 16)
    _ = network.answer(to: Capture.arpRequest)
    let route = try XCTUnwrap(network.route(at: .zero))
    for number in 0..<1000 {
      let stranger = (
        MACAddress(2, 0, 0, 1, UInt8(number >> 8), UInt8(number & 255)),
        IPv4Address(10, 0, UInt8(3 + number / 250), UInt8(1 + number % 250))
      )
      XCTAssertNotNil(network.answer(to: arpFrame(1, from: stranger, to: us), at: .seconds(Double(number))))
    }
    XCTAssertTrue(network.stack.isCurrent(route, for: UDPEndpoint(address: Host.gateway, port: 40000)))
    XCTAssertEqual(network.stack.neighbours.find(IPv4Address(10, 0, 3, 1)), nil, "the oldest stranger went")
    XCTAssertNotNil(network.stack.neighbours.find(IPv4Address(10, 0, 6, 250)), "the newest stayed")
  }

  func testAFullTableGivesUpTheLongestUntouched() throws {
    let network = try TestNetwork(prefixBitCount: 16)
    func host(_ number: Int) -> IPv4Address { IPv4Address(10, 0, 4, UInt8(number)) }
    for number in 0..<NeighbourTable.capacity {
      _ = network.answer(
        to: arpFrame(1, from: (MACAddress(2, 0, 0, 0, 0, UInt8(number)), host(number + 1)), to: us),
        at: .seconds(Double(number)))
      XCTAssertNotNil(network.route(host(number + 1), at: .seconds(Double(number))))
    }
    let generation = network.stack.routeGeneration
    guard case .pending = network.resolve(host(200), at: .seconds(1000)) else { return XCTFail("a place") }
    XCTAssertNil(network.stack.neighbours.find(host(1)))
    XCTAssertNotNil(network.stack.neighbours.find(host(2)))
    XCTAssertNotEqual(network.stack.routeGeneration, generation, "its routes are not current any more")
    // A stranger finds no place now, and is answered all the same.
    let stranger = (MACAddress(2, 7, 7, 7, 7, 7), IPv4Address(10, 0, 9, 9))
    XCTAssertNotNil(network.answer(to: arpFrame(1, from: stranger, to: us), at: .seconds(1001)))
    XCTAssertNil(network.stack.neighbours.find(stranger.1))
  }

  func testRequestsWaitForAFrameAndAreNotDoubled() throws {
    let network = try TestNetwork()
    for number in 20..<25 { _ = network.resolve(TestNetwork.neighbour(number).address, at: .zero) }
    for number in 20..<25 { _ = network.resolve(TestNetwork.neighbour(number).address, at: .seconds(5)) }
    network.stack.poll(now: .seconds(30))
    XCTAssertTrue(network.stack.wantsToSend)
    var targets: [[UInt8]] = []
    while let frame = network.request(at: .seconds(30)) { targets.append(Array(frame[38..<42])) }
    XCTAssertEqual(targets, (20..<25).map { bytes(of: TestNetwork.neighbour($0).address) })
  }

  /// The whole state of the table after a random day, twice from one seed.
  func testOneSeedGivesOneHistory() throws {
    func history(_ seed: UInt64) throws -> [UInt64] {
      var random = SeededRandom(seed: seed)
      let network = try TestNetwork()
      var trace: [UInt64] = []
      for step in 0..<3000 {
        let now = Instant.seconds(Double(step) / 4)
        let peer = TestNetwork.neighbour(Int.random(in: 20..<220, using: &random))
        switch Int.random(in: 0..<4, using: &random) {
        case 0: _ = network.resolve(peer.address, at: now)
        case 1: _ = network.receive(arpFrame(1, from: peer, to: us), at: now)
        case 2: _ = network.receive(arpFrame(2, from: peer, to: us), at: now)
        default: while network.request(at: now) != nil {}
        }
        let table = network.stack.neighbours.census
        XCTAssertEqual(table.due, network.stack.neighbours.dueCount, "seed \(seed)")
        XCTAssertEqual(table.distinct, table.used, "a host twice, seed \(seed)")
        trace += [network.stack.routeGeneration, network.stack.nextDeadline.nanoseconds, UInt64(table.used)]
      }
      return trace
    }
    let seed = SeededRandom().seed
    XCTAssertEqual(try history(seed), try history(seed))
    XCTAssertNotEqual(try history(seed), try history(seed + 1), "a control: another seed differs")
  }
}

extension NeighbourTable {
  /// Places in use, how many different hosts they hold, and how many requests are due.
  fileprivate var census: (used: Int, distinct: Int, due: Int) {
    let entries = (0..<Self.capacity).map { self[$0] }.filter { $0.state != .absent }
    return (entries.count, Set(entries.map(\.address.rawValue)).count, entries.count { $0.requestIsDue })
  }
}
