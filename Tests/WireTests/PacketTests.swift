import TestSupport
import Wire
import XCTest

/// Frames as scapy 2.6 builds them, without their Ethernet header.
private enum Capture {
  static let arp = [UInt8](hex: "0001080006040001 52550a000202 0a000202 000000000000 0a00020f")
  static let echo = [UInt8](hex: "0800241900770003 6162636465666768696a6b6c6d")
  static let echoReply = [UInt8](hex: "00002c1900770003 6162636465666768696a6b6c6d")
  static let udp = [UInt8](
    hex: "4500002c00074000401122aa0a0002020a00020f 9c4067200018123d 736c756963652c20616e206f72646572")
  static let options = [UInt8](
    hex: "460000300000700040115fa50a0002020a00020f01010100"
      + "9c4067200018123d736c756963652c20616e206f72646572")
}

final class PacketTests: XCTestCase {
  private func ipv4(_ bytes: [UInt8]) -> Result<(Int, Int), MalformedPacket> {
    do throws(MalformedPacket) {
      let packet = try IPv4Packet(checking: bytes.rawBytes)
      return .success((packet.headerByteCount, packet.totalByteCount))
    } catch { return .failure(error) }
  }

  private func failure(ipv4 bytes: [UInt8]) -> MalformedPacket? {
    if case .failure(let error) = ipv4(bytes) { return error }
    return nil
  }

  private func failure(udp bytes: [UInt8]) -> MalformedPacket? {
    do throws(MalformedPacket) {
      let packet = try IPv4Packet(checking: bytes.rawBytes)
      let payload = bytes.rawBytes.extracting(packet.headerByteCount..<packet.totalByteCount)
      _ = try UDPDatagram(checking: payload, pseudoHeader: packet.pseudoHeaderSum)
      return nil
    } catch { return error }
  }

  private func failure(arp bytes: [UInt8]) -> MalformedPacket? {
    do throws(MalformedPacket) { _ = try ARPPacket(checking: bytes.rawBytes) } catch { return error }
    return nil
  }

  private func failure(icmp bytes: [UInt8]) -> MalformedPacket? {
    do throws(MalformedPacket) { _ = try ICMPEcho(checking: bytes.rawBytes) } catch { return error }
    return nil
  }

  /// The bytes with some replaced, and the IPv4 header's checksum right again.
  private func changed(_ bytes: [UInt8], _ changes: [Int: UInt8], headerByteCount: Int = 20) -> [UInt8] {
    var bytes = bytes
    for (index, byte) in changes { bytes[index] = byte }
    (bytes[10], bytes[11]) = (0, 0)
    let field = plainChecksum(bytes[0..<headerByteCount])
    (bytes[10], bytes[11]) = (UInt8(field >> 8), UInt8(field & 255))
    return bytes
  }

  func testReadsACapturedHeader() throws {
    let packet = try IPv4Packet(checking: Capture.udp.rawBytes)
    XCTAssertEqual(packet.headerByteCount, 20)
    XCTAssertEqual(packet.totalByteCount, 44)
    XCTAssertEqual(packet.payloadByteCount, 24)
    XCTAssertEqual(packet.identification, 7)
    XCTAssertTrue(packet.mustNotFragment)
    XCTAssertFalse(packet.isFragment)
    XCTAssertEqual(packet.timeToLive, 64)
    XCTAssertEqual(packet.transportProtocol, IPv4Packet.udp)
    XCTAssertEqual(packet.source, IPv4Address(10, 0, 2, 2))
    XCTAssertEqual(packet.destination, IPv4Address(10, 0, 2, 15))
    let payload = Capture.udp.rawBytes.extracting(20..<44)
    let datagram = try UDPDatagram(checking: payload, pseudoHeader: packet.pseudoHeaderSum)
    XCTAssertEqual(datagram.sourcePort, 40000)
    XCTAssertEqual(datagram.destinationPort, 26400)
    XCTAssertEqual(datagram.payloadByteCount, 16)
  }

  func testSkipsOptions() {
    XCTAssertNil(failure(ipv4: changed(Capture.options, [:], headerByteCount: 24)))
    if case .success(let (header, total)) = ipv4(changed(Capture.options, [:], headerByteCount: 24)) {
      XCTAssertEqual(header, 24)
      XCTAssertEqual(total, 48)
    }
  }

  func testTellsMalformedHeadersApart() {
    let udp = Capture.udp
    XCTAssertNil(failure(ipv4: udp))
    XCTAssertEqual(failure(ipv4: changed(udp, [0: 0x65])), .badVersion)
    XCTAssertEqual(failure(ipv4: changed(udp, [0: 0x44])), .badHeaderLength)
    XCTAssertEqual(failure(ipv4: changed(udp, [2: 0, 3: 19])), .lengthMismatch)
    XCTAssertEqual(failure(ipv4: changed(udp, [0: 0x4F, 3: 59])), .lengthMismatch)
    XCTAssertEqual(failure(ipv4: changed(udp, [3: 45])), .truncated)
    XCTAssertEqual(failure(ipv4: udp + [0, 0]), nil, "padding belongs to the link")
    for index in 0..<20 where ![0, 2, 3].contains(index) {
      var damaged = udp
      damaged[index] ^= 0x10
      XCTAssertEqual(failure(ipv4: damaged), .badChecksum, "byte \(index)")
    }
  }

  func testTellsMalformedDatagramsApart() {
    let udp = Capture.udp
    XCTAssertNil(failure(udp: udp))
    var other = udp
    other[25] = 23
    XCTAssertEqual(failure(udp: other), .lengthMismatch)
    other[25] = 25
    XCTAssertEqual(failure(udp: other), .lengthMismatch)
    other = udp
    (other[26], other[27]) = (0, 0)
    XCTAssertNil(failure(udp: other), "a checksum of zero says there is none")
    for index in 20..<44 where index != 24 && index != 25 {
      other = udp
      other[index] ^= 0x04
      XCTAssertEqual(failure(udp: other), .badChecksum, "byte \(index)")
    }
    XCTAssertEqual(failure(udp: changed(udp, [3: 27])), .truncated)
    XCTAssertEqual(failure(udp: changed(udp, [15: 3])), .badChecksum, "the pseudo-header is covered")
  }

  func testKnowsFragments() throws {
    for (flags, isFragment) in [(0x00, false), (0x40, false), (0x20, true), (0x60, true), (0x01, true)] {
      let bytes = changed(Capture.udp, [6: UInt8(flags), 7: 0])
      XCTAssertEqual(try IPv4Packet(checking: bytes.rawBytes).isFragment, isFragment, "\(flags)")
    }
    XCTAssertTrue(try IPv4Packet(checking: changed(Capture.udp, [7: 1]).rawBytes).isFragment)
  }

  func testReadsAndTellsApartARP() throws {
    let packet = try ARPPacket(checking: Capture.arp.rawBytes)
    XCTAssertEqual(packet.operation, .request)
    XCTAssertEqual(packet.senderHardware, MACAddress(0x52, 0x55, 0x0A, 0, 2, 2))
    XCTAssertEqual(packet.senderAddress, IPv4Address(10, 0, 2, 2))
    XCTAssertEqual(packet.targetHardware, .zero)
    XCTAssertEqual(packet.targetAddress, IPv4Address(10, 0, 2, 15))
    for index in 0..<6 {
      var other = Capture.arp
      other[index] ^= 1
      XCTAssertEqual(failure(arp: other), .unknownAddressKind, "byte \(index)")
    }
    var other = Capture.arp
    other[7] = 3
    XCTAssertEqual(failure(arp: other), .unknownOperation)
    XCTAssertNil(failure(arp: Capture.arp + [UInt8](repeating: 0, count: 18)), "padding belongs to the link")
  }

  func testAnswersACapturedEcho() throws {
    var answer = [UInt8](repeating: 0xEE, count: 24)
    answer.withRawBytes { bytes in
      guard let request = try? ICMPEcho(checking: Capture.echo.rawBytes) else { return XCTFail("sound") }
      XCTAssertTrue(request.isRequest)
      XCTAssertEqual(request.identifier, 0x77)
      XCTAssertEqual(request.sequence, 3)
      request.writeReply(into: &bytes, at: 2)
    }
    XCTAssertEqual(answer, [0xEE, 0xEE] + Capture.echoReply + [0xEE])
    XCTAssertNil(failure(icmp: Capture.echoReply))
    for index in 0..<Capture.echo.count {
      var damaged = Capture.echo
      damaged[index] ^= 0x20
      XCTAssertEqual(failure(icmp: damaged), .badChecksum)
    }
    XCTAssertEqual(failure(icmp: [UInt8](hex: "0301fcfe00000000")), .unknownOperation, "unreachable")
  }

  func testEveryTruncationIsRefused() {
    for count in 0..<Capture.udp.count {
      XCTAssertEqual(failure(ipv4: Array(Capture.udp[..<count])), .truncated)
    }
    for count in 0..<28 { XCTAssertEqual(failure(arp: Array(Capture.arp[..<count])), .truncated) }
    for count in 0..<Capture.echo.count {
      XCTAssertNotNil(failure(icmp: Array(Capture.echo[..<count])))
      if count < 8 { XCTAssertEqual(failure(icmp: Array(Capture.echo[..<count])), .truncated) }
    }
    for count in 0..<14 {
      let frame = [UInt8](repeating: 2, count: count)
      XCTAssertThrowsError(try EthernetHeader(checking: frame.rawBytes).type) {
        XCTAssertEqual($0 as? MalformedPacket, .truncated)
      }
    }
  }

  func testWritesWhatItReads() throws {
    var frame = [UInt8](repeating: 0, count: 34)
    frame.withRawBytes {
      EthernetHeader.write(
        destination: MACAddress(1, 2, 3, 4, 5, 6), source: MACAddress(7, 8, 9, 10, 11, 12), type: 0x0800,
        into: &$0)
      IPv4Packet.writeHeader(
        source: IPv4Address(10, 0, 2, 15), destination: IPv4Address(10, 0, 2, 2), transportProtocol: 1,
        payloadByteCount: 0, into: &$0, at: 14)
    }
    let header = try EthernetHeader(checking: frame.rawBytes)
    XCTAssertEqual(header.destination, MACAddress(1, 2, 3, 4, 5, 6))
    XCTAssertEqual(header.source, MACAddress(7, 8, 9, 10, 11, 12))
    XCTAssertEqual(header.type, EthernetHeader.ipv4)
    XCTAssertEqual(plainChecksum(frame[14..<34]), 0)
    let packet = try IPv4Packet(checking: frame.rawBytes.extracting(14..<34))
    XCTAssertEqual(packet.identification, 0)
    XCTAssertTrue(packet.mustNotFragment)
  }
}
