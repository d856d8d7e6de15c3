import Buffers
import Networking
import TestSupport
import Timing
import Wire
import XCTest

/// The host under test and those around it.
enum Host {
  static let station = MACAddress(0x52, 0x54, 0x00, 0x12, 0x34, 0x56)
  static let address = IPv4Address(10, 0, 2, 15)
  static let gatewayStation = MACAddress(0x52, 0x55, 0x0A, 0x00, 0x02, 0x02)
  static let gateway = IPv4Address(10, 0, 2, 2)
  static let port: UInt16 = 26400
}

/// Frames as scapy 2.6 builds them.
enum Capture {
  static let arpRequest = [UInt8](
    hex: "ffffffffffff52550a0002020806 0001080006040001 52550a000202 0a000202 000000000000 0a00020f")
  static let arpReply = [UInt8](
    hex: "52550a0002025254001234560806 0001080006040002 525400123456 0a00020f 52550a000202 0a000202")
  static let ownRequest = [UInt8](
    hex: "ffffffffffff5254001234560806 0001080006040001 525400123456 0a00020f 000000000000 0a000202")
  static let answer = [UInt8](
    hex: "52540012345652550a0002020806 0001080006040002 52550a000202 0a000202 525400123456 0a00020f")
  static let echo = [UInt8](
    hex: "52540012345652550a0002020800 4500002912340000400150900a0002020a00020f"
      + "08002419007700036162636465666768696a6b6c6d")
  static let echoReply = [UInt8](
    hex: "52550a0002025254001234560800 450000290000400040 0122c40a00020f0a000202"
      + "00002c19007700036162636465666768696a6b6c6d")
  static let udp = [UInt8](
    hex: "52540012345652550a0002020800 4500002c00074000401122aa0a0002020a00020f"
      + "9c4067200018123d736c756963652c20616e206f72646572")
  static let udpWithOptions = [UInt8](
    hex: "52540012345652550a0002020800 460000300007000040115fa50a0002020a00020f01010100"
      + "9c4067200018123d736c756963652c20616e206f72646572")
  static let udpOut = [UInt8](
    hex: "52550a0002025254001234560800 450000240000400040 1122b90a00020f0a000202"
      + "67209c40001049bb6163636570746564")
  static let udpOutOddOffLink =
    [UInt8](
      hex: "52550a0002025254001234560800 450000770000400040 1166b60a00020fc0a80709 6720ffff0063a656")
    + (0..<91).map { UInt8($0) }

  /// The gateway tells all where it is: believed once it is known.
  static let announcement = [UInt8](
    hex: "ffffffffffff52550a0002020806 0001080006040001 52550a000202 0a000202 000000000000 0a000202")

  static let incoming = [arpRequest, answer, announcement, echo, udp, udpWithOptions]
}

/// A stack in memory of its own, with the calls spelled shorter.
final class TestNetwork {
  private let memory = TestArena(byteCount: 1 << 20)
  var stack: NetworkStack

  init(prefixBitCount: Int = 24, gateway: IPv4Address? = Host.gateway) throws {
    let configuration = try XCTUnwrap(
      NetworkConfiguration(
        hardware: Host.station, address: Host.address, prefixBitCount: prefixBitCount, gateway: gateway))
    stack = try NetworkStack(configuration, in: &memory.arena)
  }

  func receive(_ frame: [UInt8], at now: Instant = .zero) -> ReceiveAction {
    stack.receive(frame.rawBytes, now: now)
  }

  /// The reason for which a frame is dropped; nothing when it is not.
  func dropped(_ frame: [UInt8], at now: Instant = .zero) -> DropReason? {
    if case .dropped(let reason) = receive(frame, at: now) { return reason }
    return nil
  }

  /// The answer to a frame; nothing when it wants none.
  func answer(to frame: [UInt8], at now: Instant = .zero) -> [UInt8]? {
    guard case .reply(let reply) = receive(frame, at: now) else { return nil }
    var buffer = [UInt8](repeating: 0xEE, count: Frame.capacity)
    let byteCount = buffer.withRawBytes { stack.writeReply(reply, to: frame.rawBytes, into: &$0) }
    return Array(buffer[..<byteCount])
  }

  /// The next ARP request the stack wants to send.
  func request(at now: Instant) -> [UInt8]? {
    stack.poll(now: now)
    guard stack.wantsToSend else { return nil }
    var buffer = [UInt8](repeating: 0xEE, count: Frame.capacity)
    let byteCount = buffer.withRawBytes { stack.writeRequest(into: &$0, now: now) }
    return Array(buffer[..<byteCount])
  }

  func resolve(_ address: IPv4Address = Host.gateway, port: UInt16 = 40000, at now: Instant) -> Resolution {
    stack.resolve(UDPEndpoint(address: address, port: port), from: Host.port, now: now)
  }

  func route(_ address: IPv4Address = Host.gateway, port: UInt16 = 40000, at now: Instant) -> UDPRoute? {
    if case .ready(let route) = resolve(address, port: port, at: now) { return route }
    return nil
  }

  /// A station and address of this network, by number.
  static func neighbour(_ number: Int) -> (station: MACAddress, address: IPv4Address) {
    (MACAddress(2, 0, 0, 0, 1, UInt8(number)), IPv4Address(10, 0, 2, UInt8(number)))
  }
}

/// An ARP frame, byte by byte.
func arpFrame(
  _ operation: UInt16, from sender: (station: MACAddress, address: IPv4Address),
  to target: (station: MACAddress, address: IPv4Address), destination: MACAddress? = nil
) -> [UInt8] {
  bytes(of: destination ?? target.station) + bytes(of: sender.station) + [
    8, 6, 0, 1, 8, 0, 6, 4, 0, UInt8(operation),
  ]
    + bytes(of: sender.station) + bytes(of: sender.address) + bytes(of: target.station)
    + bytes(of: target.address)
}

func bytes(of station: MACAddress) -> [UInt8] {
  (0..<6).map { UInt8(truncatingIfNeeded: station.littleEndianValue >> UInt64(8 * $0)) }
}

func bytes(of address: IPv4Address) -> [UInt8] {
  (0..<4).map { UInt8(truncatingIfNeeded: address.rawValue >> UInt32(24 - 8 * $0)) }
}

/// Makes the IPv4 header's checksum right, as RFC 1071, 4.1 writes it down.
func withHeaderChecksum(_ frame: [UInt8]) -> [UInt8] {
  var frame = frame
  (frame[24], frame[25]) = (0, 0)
  let end = 14 + Int(frame[14] & 15) * 4
  let field = ~sum(frame[14..<end])
  (frame[24], frame[25]) = (UInt8(field >> 8), UInt8(field & 255))
  return frame
}

/// Makes the UDP checksum of a frame without options right.
func withDatagramChecksum(_ frame: [UInt8]) -> [UInt8] {
  var frame = frame
  (frame[40], frame[41]) = (0, 0)
  let length = frame[38...39]
  let field = ~sum((frame[26..<34] + [0, 17] + length + frame[34...])[...])
  (frame[40], frame[41]) = (UInt8(field >> 8), UInt8(field & 255))
  return frame
}

func sum(_ bytes: ArraySlice<UInt8>) -> UInt16 {
  var sum: UInt32 = 0
  for (index, byte) in bytes.enumerated() { sum += index % 2 == 0 ? UInt32(byte) << 8 : UInt32(byte) }
  while sum >> 16 != 0 { sum = sum & 0xFFFF + sum >> 16 }
  return UInt16(sum)
}

extension Instant {
  static func seconds(_ count: Double) -> Instant { Instant(nanoseconds: UInt64(count * 1_000_000_000)) }
}
