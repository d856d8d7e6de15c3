import Networking
import TestSupport
import Timing
import Wire
import XCTest

final class RouteTests: XCTestCase {
  private func frame(_ route: UDPRoute, _ payload: [UInt8]) -> [UInt8] {
    var buffer = [UInt8](repeating: 0xEE, count: 1514)
    buffer.replaceSubrange(42..<42 + payload.count, with: payload)
    let byteCount = buffer.withRawBytes { route.writeHeaders(payloadByteCount: payload.count, into: &$0) }
    return Array(buffer[..<byteCount])
  }

  /// A network that knows its gateway.
  private func network() throws -> TestNetwork {
    let network = try TestNetwork()
    _ = network.answer(to: Capture.arpRequest)
    return network
  }

  func testWritesCapturedFrames() throws {
    let network = try network()
    let onLink = try XCTUnwrap(network.route(at: .zero))
    XCTAssertEqual(frame(onLink, Array("accepted".utf8)), Capture.udpOut)
    let offLink = try XCTUnwrap(network.route(IPv4Address(192, 168, 7, 9), port: 65535, at: .zero))
    XCTAssertEqual(frame(offLink, (0..<91).map { UInt8($0) }), Capture.udpOutOddOffLink)
  }

  func testEveryLengthHasRightChecksums() throws {
    var random = SeededRandom()
    let network = try network()
    for byteCount in Array(0...130) + [1000, 1471, 1472] {
      let port = UInt16.random(in: 1...65535, using: &random)
      let address = IPv4Address(10, 0, 2, 2)
      let route = try XCTUnwrap(network.route(address, port: port, at: .zero))
      let payload = (0..<byteCount).map { _ in UInt8.random(in: 0...255, using: &random) }
      let frame = frame(route, payload)
      XCTAssertEqual(frame, withDatagramChecksum(withHeaderChecksum(frame)), "seed \(random.seed)")
      XCTAssertEqual(Array(frame[42...]), payload)
      XCTAssertEqual(Int(frame[16]) << 8 + Int(frame[17]), 28 + byteCount)
      XCTAssertEqual(Int(frame[38]) << 8 + Int(frame[39]), 8 + byteCount)
    }
  }

  func testAChecksumOfZeroIsSentAsAllOnes() throws {
    let route = try XCTUnwrap(try network().route(at: .zero))
    let plain = frame(route, [0, 0])
    // What makes the sum all ones, and the field therefore zero.
    let frame = frame(route, [plain[40], plain[41]])
    XCTAssertEqual([frame[40], frame[41]], [0xFF, 0xFF])
  }

  func testNothingIsSentToNobodyOrToAll() throws {
    let network = try network()
    let addresses: [IPv4Address] = [
      .zero, Host.address, .init(255, 255, 255, 255), .init(10, 0, 2, 255), .init(10, 0, 2, 0),
      .init(224, 0, 0, 1), .init(127, 0, 0, 1), .init(240, 0, 0, 1),
    ]
    for address in addresses {
      guard case .unreachable(.invalidDestination) = network.resolve(address, at: .zero) else {
        XCTFail("\(address)")
        continue
      }
    }
    guard case .unreachable(.invalidDestination) = network.resolve(port: 0, at: .zero) else {
      return XCTFail("port 0")
    }
    XCTAssertEqual(network.stack.counters[.invalidDestination], 9)
    XCTAssertFalse(network.stack.wantsToSend)
  }

  func testWithoutAGatewayNothingBeyondTheLinkIsReached() throws {
    let network = try TestNetwork(gateway: nil)
    guard case .unreachable(.noGateway) = network.resolve(IPv4Address(192, 168, 7, 9), at: .zero) else {
      return XCTFail("reached")
    }
    XCTAssertEqual(network.stack.counters[.noGateway], 1)
    XCTAssertNil(network.request(at: .zero))
  }

  func testARouteIsCurrentForItsEndpointOnly() throws {
    let network = try network()
    let route = try XCTUnwrap(network.route(at: .zero))
    XCTAssertTrue(network.stack.isCurrent(route, for: UDPEndpoint(address: Host.gateway, port: 40000)))
    XCTAssertFalse(network.stack.isCurrent(route, for: UDPEndpoint(address: Host.gateway, port: 40001)))
    XCTAssertFalse(network.stack.isCurrent(.none, for: .none))
  }

  func testConfigurationsThatCannotBeAreRefused() {
    func configuration(
      _ hardware: MACAddress = Host.station, _ address: IPv4Address = Host.address, _ prefix: Int = 24,
      _ gateway: IPv4Address? = Host.gateway
    ) -> NetworkConfiguration? {
      NetworkConfiguration(hardware: hardware, address: address, prefixBitCount: prefix, gateway: gateway)
    }
    XCTAssertNotNil(configuration())
    XCTAssertNotNil(configuration(Host.station, Host.address, 32, nil))
    XCTAssertNil(configuration(.broadcast))
    XCTAssertNil(configuration(.zero))
    XCTAssertNil(configuration(Host.station, .zero))
    XCTAssertNil(configuration(Host.station, IPv4Address(10, 0, 2, 255)))
    XCTAssertNil(configuration(Host.station, Host.address, 0))
    XCTAssertNil(configuration(Host.station, Host.address, 33))
    XCTAssertNil(configuration(Host.station, Host.address, 24, Host.address))
    XCTAssertNil(configuration(Host.station, Host.address, 24, IPv4Address(10, 0, 3, 2)))
    XCTAssertNil(configuration(Host.station, Host.address, 24, IPv4Address(10, 0, 2, 0)))
  }
}
