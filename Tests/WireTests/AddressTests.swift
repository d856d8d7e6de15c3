import TestSupport
import Wire
import XCTest

final class AddressTests: XCTestCase {
  func testStationsAreReadAndWrittenInOrder() {
    let address = MACAddress(0x52, 0x54, 0x00, 0x12, 0x34, 0x56)
    var bytes = [UInt8](repeating: 0xEE, count: 8)
    bytes.withRawBytes { $0.store(address, at: 1) }
    XCTAssertEqual(bytes, [0xEE, 0x52, 0x54, 0x00, 0x12, 0x34, 0x56, 0xEE])
    XCTAssertEqual(bytes.rawBytes.macAddress(at: 1), address)
  }

  func testGroupsAndNobodyAreNoStations() {
    XCTAssertTrue(MACAddress(2, 0, 0, 0, 0, 1).isStation)
    XCTAssertFalse(MACAddress(1, 0, 0x5E, 0, 0, 1).isStation)
    XCTAssertFalse(MACAddress.broadcast.isStation)
    XCTAssertTrue(MACAddress.broadcast.isMulticast)
    XCTAssertFalse(MACAddress.zero.isStation)
    XCTAssertFalse(MACAddress.zero.isMulticast)
  }

  func testHostsLieBetweenTheSpecialBlocks() {
    let hosts: [IPv4Address] = [
      .init(1, 0, 0, 0), .init(10, 0, 2, 2), .init(126, 255, 255, 255), .init(128, 0, 0, 0),
      .init(223, 255, 255, 255),
    ]
    let others: [IPv4Address] = [
      .zero, .init(0, 255, 255, 255), .init(127, 0, 0, 0), .init(127, 0, 0, 1), .init(127, 255, 255, 255),
      .init(224, 0, 0, 0), .init(239, 1, 2, 3), .init(240, 0, 0, 1), .init(255, 255, 255, 255),
    ]
    for address in hosts { XCTAssertTrue(address.isHost, "\(address)") }
    for address in others { XCTAssertFalse(address.isHost, "\(address)") }
  }

  func testAddressesAreReadAndWrittenInOrder() {
    var bytes = [UInt8](repeating: 0, count: 6)
    bytes.withRawBytes { $0.store(IPv4Address(192, 168, 7, 9), at: 1) }
    XCTAssertEqual(bytes, [0, 192, 168, 7, 9, 0])
    XCTAssertEqual(bytes.rawBytes.ipv4Address(at: 1), IPv4Address(192, 168, 7, 9))
  }

  func testCopiesExactlyTheBytesAskedFor() {
    let source = (0..<40).map { UInt8($0) }
    for byteCount in 0...24 {
      var target = [UInt8](repeating: 0xEE, count: 40)
      target.withRawBytes { $0.copy(source.rawBytes, from: 3, byteCount: byteCount, to: 5) }
      let expected =
        [UInt8](repeating: 0xEE, count: 5) + source[3..<3 + byteCount]
        + [UInt8](repeating: 0xEE, count: 35 - byteCount)
      XCTAssertEqual(target, expected)
    }
  }
}
