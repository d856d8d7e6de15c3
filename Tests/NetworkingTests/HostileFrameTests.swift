import TestSupport
import Timing
import Wire
import XCTest

@testable import Networking

final class HostileFrameTests: XCTestCase {
  /// A frame of one kind, and then damaged in one way.
  private func hostileFrame(_ random: inout SeededRandom) -> [UInt8] {
    var frame = Capture.incoming.randomElement(using: &random)!
    switch UInt8.random(in: 0..<8, using: &random) {
    case 0:
      frame = (0..<Int.random(in: 0...120, using: &random)).map { _ in .random(in: 0...255, using: &random) }
    case 1: frame = Array(frame.prefix(Int.random(in: 0...frame.count, using: &random)))
    case 2:
      frame += (0..<Int.random(in: 0...60, using: &random)).map { _ in .random(in: 0...255, using: &random) }
    case 3...5:
      for _ in 0...Int.random(in: 0...3, using: &random) {
        frame[Int.random(in: 12..<frame.count, using: &random)] = .random(in: 0...255, using: &random)
      }
    case 6:
      frame[Int.random(in: 0..<frame.count, using: &random)] ^= 1 << UInt8.random(in: 0...7, using: &random)
    default: break
    }
    // Half of them get a right header checksum, so that what lies behind it is reached.
    if frame.count >= 42, frame[12] == 8, frame[13] == 0, frame[14] & 15 == 5, Bool.random(using: &random) {
      frame = withHeaderChecksum(frame)
      if frame[23] == 17, Bool.random(using: &random) { frame = withDatagramChecksum(frame) }
    }
    return frame
  }

  func testTwoHundredThousandHostileFramesAreAllAccountedFor() throws {
    var random = SeededRandom()
    let network = try TestNetwork()
    var seen = (datagrams: 0, replies: 0, resolutions: 0, drops: 0)
    for index in 0..<200_000 {
      let now = Instant(nanoseconds: UInt64(index) * 1_000_000)
      switch network.receive(hostileFrame(&random), at: now) {
      case .datagram: seen.datagrams += 1
      case .reply: seen.replies += 1
      case .none: seen.resolutions += 1
      case .dropped: seen.drops += 1
      }
      if index % 1000 == 0 { _ = network.resolve(at: now) }
      _ = network.request(at: now)
    }
    let counters = network.stack.counters.total
    XCTAssertEqual(counters.framesReceived, 200_000, "seed \(random.seed)")
    XCTAssertEqual(counters.accounted, 200_000, "seed \(random.seed)")
    XCTAssertEqual(counters.drops, UInt64(seen.drops), "seed \(random.seed)")
    XCTAssertGreaterThan(seen.datagrams, 1000)
    XCTAssertGreaterThan(seen.replies, 1000)
    XCTAssertGreaterThan(seen.resolutions, 1000)
    // The host still works: the next datagram and the next question are answered.
    XCTAssertNil(network.dropped(Capture.udp))
    XCTAssertEqual(network.answer(to: Capture.arpRequest), Capture.arpReply)
  }

  func testTheQuickWayAndTheCarefulWayAgree() throws {
    var random = SeededRandom()
    let network = try TestNetwork()
    var quickCount = 0
    for _ in 0..<100_000 {
      let frame = hostileFrame(&random)
      let quick = network.stack.plainDatagram(in: frame.rawBytes)
      var careful: ReceivedDatagram?
      if case .datagram(let datagram) = network.stack.examine(frame.rawBytes, now: .zero) {
        careful = datagram
      }
      if let datagram = careful, datagram.payloadOffset != 42 { careful = nil }
      XCTAssertEqual(quick, careful, "\(frame), seed \(random.seed)")
      if quick != nil { quickCount += 1 }
    }
    XCTAssertGreaterThan(quickCount, 1000, "the comparison saw too little")
  }
}

extension NetworkCounters {
  /// All frames, those that ended in one of the four ways, and those of them that were dropped.
  fileprivate var total: (framesReceived: UInt64, accounted: UInt64, drops: UInt64) {
    let sending = self[.invalidDestination] + self[.noGateway] + self[.hostUnreachable]
    let drops = (0..<DropReason.count).reduce(0) { $0 + dropCount(at: $1) } - sending
    return (framesReceived, datagrams + replies + resolutions + drops, drops)
  }
}
