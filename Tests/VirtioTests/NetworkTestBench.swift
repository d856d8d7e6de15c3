import Buffers
import TestSupport
import Virtio
import XCTest

/// A network device with a driver, and the frames that the test holds.
final class NetworkTestBench {
  let memory = TestArena(byteCount: 8 << 20)
  let network: FakeVirtioNetwork
  var driver: NetworkDevice<FakeVirtioTransport>

  init(_ network: FakeVirtioNetwork = FakeVirtioNetwork(), firstRingIndex: UInt16 = 0) throws {
    self.network = network
    network.device.firstRingIndex = firstRingIndex
    driver = try NetworkDevice(
      FakeVirtioTransport(network.device), firstRingIndex: firstRingIndex, in: &memory.arena)
  }

  /// A frame that says its number.
  static func frame(_ number: UInt64, byteCount: Int = 60) -> [UInt8] {
    (0..<byteCount).map { $0 < 8 ? UInt8(truncatingIfNeeded: number >> (8 * $0)) : UInt8($0 & 0xFF) }
  }

  /// Receives one frame, recycles it, and says what was in it.
  func receive() -> [UInt8]? {
    guard let frame = driver.receive() else { return nil }
    let bytes = Self.bytes(of: frame)
    driver.recycle(frame)
    return bytes
  }

  /// Transmits `bytes` in a frame of the driver's; false when it has none.
  func transmit(_ bytes: [UInt8]) -> Bool {
    guard var frame = driver.frameForTransmission() else { return false }
    Self.fill(&frame, with: bytes)
    driver.transmit(frame)
    return true
  }

  static func fill(_ frame: inout Frame, with bytes: [UInt8]) {
    var buffer = frame.buffer
    for index in 0..<bytes.count { buffer.storeBytes(of: bytes[index], toByteOffset: index, as: UInt8.self) }
    frame.resize(to: bytes.count)
  }

  static func bytes(of frame: borrowing Frame) -> [UInt8] {
    let span = frame.bytes
    return (0..<span.byteCount).map { unsafe span.unsafeLoad(fromByteOffset: $0, as: UInt8.self) }
  }

  func check(_ place: String = "", file: StaticString = #filePath, line: UInt = #line) {
    XCTAssertEqual(network.device.violations, [], place, file: file, line: line)
    XCTAssertTrue(driver.isBalanced, "frames are missing \(place)", file: file, line: line)
  }
}
