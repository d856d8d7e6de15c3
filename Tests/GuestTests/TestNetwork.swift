import Buffers
import Machine
import Networking
import Timing
import Virtio
import VirtioTransports
import Wire

/// The network device, the stack over it, and a way to wait for frames. Peer is QEMU's user network, which answers
/// ARP and echo requests to 10.0.2.2 by itself.
struct TestNetwork: ~Copyable {
  static let gateway = IPv4Address(10, 0, 2, 2)
  /// How long the peer may take for an answer.
  static let patience = Duration.seconds(5)

  var frames: NetworkPort
  var stack: NetworkStack

  init(_ devices: GuestDevices, _ core: inout Core, in arena: inout Arena) {
    frames = devices.network(&core, in: &arena)
    do throws(ArenaError) {
      stack = try Reflector.makeStack(hardwareAddress: frames.hardwareAddress, in: &arena)
    } catch {
      Machine.panic("too little memory for the network's tests")
    }
  }

  /// Whether nobody holds a frame.
  var isBalanced: Bool { frames.isBalanced && frames.lentFrameCount == 0 }

  /// Sleeps until a frame arrives; nothing when the patience is over.
  mutating func wait(_ core: inout Core, patience: Duration = Self.patience) -> Frame? {
    frames.flush()
    let deadline = core.now + patience
    while true {
      if let frame = frames.receive() { return frame }
      if frames.armReceiveInterrupt() { continue }
      let now = core.now
      guard now < deadline else { return nil }
      core.arm(for: deadline)
      core.haltUnlessPending()
      while core.pendingSources != 0 { _ = core.take(source: core.pendingSources.trailingZeroBitCount) }
    }
  }

  /// Gives a received frame to the stack, and its buffer back.
  mutating func take(_ frame: consuming Frame, now: Instant) {
    _ = stack.receive(frame.bytes, now: now)
    frames.recycle(frame)
  }

  /// The station that sent a frame, whose buffer goes back.
  mutating func sender(of frame: consuming Frame) -> MACAddress {
    let station = frame.bytes.macAddress(at: 6)
    frames.recycle(frame)
    return station
  }

  /// Queues an ARP request to the gateway. False when there is no frame or no place.
  mutating func askForTheGateway() -> Bool {
    guard var frame = frames.frameForTransmission() else { return false }
    var buffer = frame.buffer
    let own = MACAddress(littleEndianValue: frames.hardwareAddress)
    EthernetHeader.write(destination: .broadcast, source: own, type: EthernetHeader.arp, into: &buffer)
    ARPPacket.write(
      .request, senderHardware: own, senderAddress: stack.configuration.address, targetHardware: .zero,
      targetAddress: Self.gateway, into: &buffer, at: EthernetHeader.byteCount)
    frame.resize(to: EthernetHeader.byteCount + ARPPacket.byteCount)
    frames.transmit(frame)
    return true
  }

  /// Whether `frame` is the gateway's answer to an ARP request.
  static func isTheGatewaysAnswer(_ frame: borrowing Frame) -> Bool {
    let bytes = frame.bytes
    guard let header = try? EthernetHeader(checking: bytes), header.type == EthernetHeader.arp,
      let packet = try? ARPPacket(checking: bytes.extracting(EthernetHeader.byteCount..<bytes.byteCount))
    else { return false }
    return packet.operation == .reply && packet.senderAddress == gateway && packet.senderHardware.isStation
  }

  /// Queues an echo request to `station` with `byteCount` bytes of data.
  mutating func sendEcho(to station: MACAddress, byteCount: Int, sequence: UInt16) -> Bool {
    guard var frame = frames.frameForTransmission() else { return false }
    let messageByteCount = ICMPEcho.headerByteCount + byteCount
    var buffer = frame.buffer
    EthernetHeader.write(
      destination: station, source: MACAddress(littleEndianValue: frames.hardwareAddress),
      type: EthernetHeader.ipv4, into: &buffer)
    IPv4Packet.writeHeader(
      source: stack.configuration.address, destination: Self.gateway, transportProtocol: IPv4Packet.icmp,
      payloadByteCount: messageByteCount, into: &buffer, at: 14)
    buffer.storeBigEndian(UInt32(ICMPEcho.request) << 24, at: 34)
    buffer.storeBigEndian(UInt32(0x51CE) << 16 | UInt32(sequence), at: 38)
    for index in 0..<byteCount { buffer.storeBigEndian(Self.dataByte(index, sequence), at: 42 + index) }
    var checksum = InternetChecksum()
    checksum.add(buffer.bytes, at: 34, byteCount: messageByteCount)
    buffer.storeLittleEndian(checksum.fieldLittleEndian, at: 36)
    frame.resize(to: 34 + messageByteCount)
    frames.transmit(frame)
    return true
  }

  /// Whether `frame` is the answer to such a request, byte for byte.
  static func isEcho(_ frame: borrowing Frame, byteCount: Int, sequence: UInt16) -> Bool {
    let bytes = frame.bytes
    guard bytes.byteCount >= 42 + byteCount,
      let packet = try? IPv4Packet(checking: bytes.extracting(14..<bytes.byteCount)),
      packet.source == gateway, packet.payloadByteCount == ICMPEcho.headerByteCount + byteCount,
      let echo = try? ICMPEcho(checking: bytes.extracting(34..<34 + packet.payloadByteCount)),
      !echo.isRequest, echo.identifier == 0x51CE, echo.sequence == sequence
    else { return false }
    for index in 0..<byteCount where bytes.byte(at: 42 + index) != dataByte(index, sequence) { return false }
    return true
  }

  private static func dataByte(_ index: Int, _ sequence: UInt16) -> UInt8 {
    UInt8(truncatingIfNeeded: index &* 31 &+ Int(sequence))
  }
}
