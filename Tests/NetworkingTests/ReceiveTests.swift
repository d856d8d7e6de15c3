import Networking
import TestSupport
import Wire
import XCTest

final class ReceiveTests: XCTestCase {
  func testGivesOutACapturedDatagram() throws {
    let network = try TestNetwork()
    for (frame, offset) in [(Capture.udp, 42), (Capture.udpWithOptions, 46)] {
      guard case .datagram(let datagram) = network.receive(frame) else { return XCTFail("not a datagram") }
      XCTAssertEqual(datagram.source, UDPEndpoint(address: Host.gateway, port: 40000))
      XCTAssertEqual(datagram.destinationPort, Host.port)
      XCTAssertEqual(datagram.payloadOffset, offset)
      XCTAssertEqual(datagram.payloadByteCount, 16)
      XCTAssertEqual(Array(frame[datagram.payloadOffset...]), Array("sluice, an order".utf8))
    }
    XCTAssertEqual(network.stack.counters.datagrams, 2)
  }

  func testPaddingAndAnyTimeToLiveAreFine() throws {
    let network = try TestNetwork()
    guard case .datagram(let datagram) = network.receive(Capture.udp + [1, 2, 3, 4]) else {
      return XCTFail("padded")
    }
    XCTAssertEqual(datagram.payloadByteCount, 16)
    for lifetime: UInt8 in [0, 1, 255] {
      var frame = Capture.udp
      frame[22] = lifetime
      XCTAssertNil(network.dropped(withHeaderChecksum(frame)), "\(lifetime)")
    }
  }

  func testADatagramWithoutChecksumOrPayloadIsLegal() throws {
    let network = try TestNetwork()
    var frame = Capture.udp
    (frame[40], frame[41]) = (0, 0)
    XCTAssertNil(network.dropped(frame))
    frame = Array(Capture.udp[..<42])
    (frame[17], frame[39]) = (28, 8)
    guard case .datagram(let datagram) = network.receive(withDatagramChecksum(withHeaderChecksum(frame)))
    else {
      return XCTFail("empty")
    }
    XCTAssertEqual(datagram.payloadByteCount, 0)
  }

  func testAnswersCapturedRequests() throws {
    let network = try TestNetwork()
    XCTAssertEqual(network.answer(to: Capture.arpRequest), Capture.arpReply)
    XCTAssertEqual(network.answer(to: Capture.echo), Capture.echoReply)
    XCTAssertEqual(
      network.answer(to: Capture.echo + [0, 0, 0, 0, 0]), Capture.echoReply, "without the padding")
    XCTAssertEqual(network.stack.counters.replies, 3)
  }

  func testEchoesOfAnySizeThatFitsAFrame() throws {
    let network = try TestNetwork()
    for byteCount in [0, 1, 7, 8, 9, 55, 1471, 1472] {
      let data = (0..<byteCount).map { UInt8(truncatingIfNeeded: $0 * 7) }
      var frame = Array(Capture.echo[..<42]) + data
      (frame[16], frame[17]) = (UInt8((28 + byteCount) >> 8), UInt8((28 + byteCount) & 255))
      (frame[36], frame[37]) = (0, 0)
      let field = ~sum(frame[34...])
      (frame[36], frame[37]) = (UInt8(field >> 8), UInt8(field & 255))
      let answer = try XCTUnwrap(network.answer(to: withHeaderChecksum(frame)), "\(byteCount)")
      XCTAssertEqual(Array(answer[42...]), data)
      XCTAssertEqual(sum(answer[34...]), 0xFFFF)
      XCTAssertEqual(sum(answer[14..<34]), 0xFFFF)
    }
  }

  /// A frame, what is changed in it, and the reason for which it is then dropped.
  private static let refusals: [(DropReason, [UInt8], [Int: UInt8])] = [
    (.notForThisStation, Capture.udp, [5: 0x57]),
    (.notForThisStation, Capture.udp, [0: 0xFF, 1: 0xFF, 2: 0xFF, 3: 0xFF, 4: 0xFF, 5: 0xFF]),
    (.notForThisStation, Capture.udp, [0: 0x01, 1: 0x00, 2: 0x5E, 3: 0, 4: 0, 5: 1]),
    (.invalidStation, Capture.udp, [6: 0x53]),
    (.invalidStation, Capture.echo, [6: 0, 7: 0, 8: 0, 9: 0, 10: 0, 11: 0]),
    (.invalidStation, Capture.echo, [6: 0x52, 7: 0x54, 8: 0, 9: 0x12, 10: 0x34, 11: 0x56]),
    (.unknownEtherType, Capture.udp, [12: 0x86, 13: 0xDD]),
    (.arpMalformed, Capture.arpRequest, [15: 6]),
    (.arpMalformed, Capture.arpRequest, [21: 9]),
    (.arpNotForThisHost, Capture.arpRequest, [41: 16]),
    (.arpInvalidSender, Capture.arpRequest, [22: 0x53]),
    (.arpInvalidSender, Capture.arpRequest, [30: 3]),
    (.arpInvalidSender, Capture.arpRequest, [31: 255]),
    (.arpInvalidSender, Capture.arpRequest, [31: 0]),
    (.arpAddressConflict, Capture.arpRequest, [31: 15]),
    (.arpUnsolicitedReply, Capture.answer, [:]),
    (.ipv4BadVersion, Capture.udp, [14: 0x65]),
    (.ipv4BadHeaderLength, Capture.udp, [14: 0x44]),
    (.ipv4BadLength, Capture.udp, [17: 19]),
    (.ipv4Truncated, Capture.udp, [17: 45]),
    (.ipv4Truncated, Capture.udp, [16: 0xFF]),
    (.ipv4NotForThisHost, Capture.udp, [33: 16]),
    (.ipv4NotForThisHost, Capture.udp, [33: 255]),
    (.ipv4NotForThisHost, Capture.udp, [30: 255, 31: 255, 32: 255, 33: 255]),
    (.ipv4InvalidSource, Capture.udp, [26: 0, 27: 0, 28: 0, 29: 0]),
    (.ipv4InvalidSource, Capture.udp, [26: 255, 27: 255, 28: 255, 29: 255]),
    (.ipv4InvalidSource, Capture.udp, [26: 224]),
    (.ipv4InvalidSource, Capture.udp, [26: 127]),
    (.ipv4InvalidSource, Capture.udp, [29: 15]),
    (.ipv4InvalidSource, Capture.udp, [29: 255]),
    (.ipv4InvalidSource, Capture.udp, [29: 0]),
    (.ipv4Fragment, Capture.udp, [20: 0x20]),
    (.ipv4Fragment, Capture.udp, [21: 1]),
    (.ipv4UnknownProtocol, Capture.udp, [23: 6]),
    (.icmpBadChecksum, Capture.echo, [50: 0]),
    (.icmpTruncated, Capture.echo, [17: 27]),
    (.icmpNotHandled, Capture.echo, [34: 0, 36: 0x2C]),
    (.udpTruncated, Capture.udp, [17: 27]),
    (.udpBadLength, Capture.udp, [39: 23]),
    (.udpBadLength, Capture.udp, [39: 25]),
    (.udpBadLength, Capture.udp, [39: 7]),
    (.udpBadChecksum, Capture.udp, [50: 0]),
    (.udpBadChecksum, Capture.udp, [26: 11]),
  ]

  func testEveryReasonIsToldAndCounted() throws {
    for (reason, original, changes) in Self.refusals {
      let network = try TestNetwork()
      var frame = original
      for (index, byte) in changes { frame[index] = byte }
      if frame[12] == 8, frame[13] == 0, frame[14] == 0x45 { frame = withHeaderChecksum(frame) }
      XCTAssertEqual(network.dropped(frame), reason, "\(changes)")
      XCTAssertEqual(network.stack.counters[reason], 1)
      XCTAssertEqual(network.stack.counters.datagrams + network.stack.counters.replies, 0)
    }
  }

  func testADamagedHeaderAndAPortThatCannotBeAnswered() throws {
    let network = try TestNetwork()
    var frame = Capture.udp
    frame[18] ^= 1
    XCTAssertEqual(network.dropped(frame), .ipv4BadChecksum)
    frame = Capture.udp
    (frame[34], frame[35]) = (0, 0)
    XCTAssertEqual(network.dropped(withDatagramChecksum(frame)), .udpInvalidSource)
  }

  func testEveryTruncationOfEveryFrameIsDropped() throws {
    let network = try TestNetwork()
    for frame in Capture.incoming {
      for count in 0..<frame.count {
        let reason = network.dropped(Array(frame[..<count]))
        XCTAssertNotNil(reason, "\(count) bytes of \(frame.count)")
        if count < 14 { XCTAssertEqual(reason, .frameTruncated) }
      }
    }
  }

  func testWhatTheCallerDropsIsCountedToo() throws {
    let network = try TestNetwork()
    network.stack.count(.udpNoListener)
    network.stack.count(.noTransmitFrame)
    XCTAssertEqual(network.stack.counters[.udpNoListener], 1)
    XCTAssertEqual(network.stack.counters[.noTransmitFrame], 1)
  }

  func testReasonsHaveNamesOfTheirOwn() {
    let names = (0..<DropReason.count).compactMap { DropReason(rawValue: UInt8($0))?.name.description }
    XCTAssertEqual(Set(names).count, DropReason.count)
  }

  func testASmallLinkHasNoBroadcast() throws {
    let network = try TestNetwork(prefixBitCount: 31, gateway: IPv4Address(10, 0, 2, 14))
    var frame = Capture.udp
    frame[29] = 14
    XCTAssertNil(network.dropped(withDatagramChecksum(withHeaderChecksum(frame))))
    frame[29] = 15
    XCTAssertEqual(network.dropped(withDatagramChecksum(withHeaderChecksum(frame))), .ipv4InvalidSource)
  }
}
