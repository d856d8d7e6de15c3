import Buffers
import Queues
import Reactors
import Synchronization
import TestSupport
import Virtio
import XCTest

typealias SpreadDriver = SpreadFrames<FakeVirtioTransport>
typealias Receiver = FrameReceiver<FakeVirtioDoorbell>

/// A network device with several pairs of queues, its driver, and the receivers of the other cores.
final class SpreadTestBench {
  let memory = TestArena(byteCount: 16 << 20)
  let network: FakeVirtioNetwork
  var driver: SpreadDriver
  var receivers: Table<Receiver?>
  /// How often the sessions core, and the core of each receive queue, was woken by a link.
  let wakeCounts: [WakeCount]

  init(_ network: FakeVirtioNetwork, wantedPairs: Int = 2, firstRingIndex: UInt16 = 0) throws {
    self.network = network
    network.device.firstRingIndex = firstRingIndex
    driver = try SpreadDriver(
      FakeVirtioTransport(network.device), wantedPairs: wantedPairs, firstRingIndex: firstRingIndex,
      in: &memory.arena)
    receivers = try Table(count: SpreadDriver.mostPairs, in: &memory.arena) { _ in nil }
    wakeCounts = (0..<SpreadDriver.mostPairs).map { _ in WakeCount() }
    for number in 1..<max(1, driver.pairCount) {
      receivers[number] = try driver.makeReceiver(
        ofQueue: number, wakingSessions: wakeCounts[0].strategy, wakingReceiver: wakeCounts[number].strategy,
        in: &memory.arena)
    }
    driver.flush()
    for number in 1..<max(1, driver.pairCount) { _ = poll(number) }
  }

  convenience init(
    pairCount: Int = 2, queueSize: UInt32 = 16, usesEventIndex: Bool = true, firstRingIndex: UInt16 = 0
  ) throws {
    let features =
      usesEventIndex
      ? FakeVirtioNetwork.pairFeatures : .version1 | .networkMAC | .networkControl | .networkPairs
    let network = FakeVirtioNetwork(features: features, queueSize: queueSize, pairCount: pairCount)
    try self.init(network, wantedPairs: pairCount, firstRingIndex: firstRingIndex)
  }

  /// Polls the receiver of queue `number`; whether it has more to do.
  func poll(_ number: Int) -> Bool { with(number) { $0.poll() == .ready } }

  /// Works on the receiver of queue `number`.
  func with<Result>(_ number: Int, _ body: (inout Receiver) -> Result) -> Result { body(&receivers[number]!) }

  /// The device puts a frame into receive queue `number`; false when it has no buffer there.
  func deliver(_ bytes: [UInt8], to number: Int, sayingByteCount byteCount: Int? = nil) -> Bool {
    guard let queue = network.device.queues[2 * number], let chain = queue.pop() else { return false }
    queue.write([UInt8](repeating: 0, count: FakeVirtioNetwork.headerByteCount) + bytes, to: chain)
    queue.complete(chain, byteCount: byteCount ?? FakeVirtioNetwork.headerByteCount + bytes.count)
    return true
  }

  /// The device transmits what it was given on queue `number`.
  func transmitted(on number: Int) -> [[UInt8]] {
    guard let queue = network.device.queues[2 * number + 1] else { return [] }
    var frames: [[UInt8]] = []
    while let chain = queue.pop() {
      frames.append(Array(queue.read(chain).dropFirst(FakeVirtioNetwork.headerByteCount)))
      queue.complete(chain, byteCount: 0)
    }
    return frames
  }

  func receive() -> [UInt8]? {
    guard let frame = driver.receive() else { return nil }
    let bytes = NetworkTestBench.bytes(of: frame)
    driver.recycle(frame)
    return bytes
  }

  func transmit(_ bytes: [UInt8]) -> Bool {
    guard var frame = driver.frameForTransmission() else { return false }
    NetworkTestBench.fill(&frame, with: bytes)
    driver.transmit(frame)
    return true
  }

  /// A UDP datagram's frame to an address and port, with a number in it.
  static func datagram(to address: UInt32, port: UInt16, number: UInt64, byteCount: Int = 60) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: byteCount)
    (bytes[12], bytes[13], bytes[14], bytes[23]) = (8, 0, 0x45, 17)
    for index in 0..<4 { bytes[30 + index] = UInt8(truncatingIfNeeded: address >> UInt32(24 - 8 * index)) }
    (bytes[36], bytes[37]) = (UInt8(port >> 8), UInt8(port & 0xFF))
    for index in 0..<8 { bytes[42 + index] = UInt8(truncatingIfNeeded: number >> UInt64(8 * index)) }
    return bytes
  }

  static func number(in bytes: [UInt8]) -> UInt64 {
    guard bytes.count >= 50 else { return .max }
    return (0..<8).reduce(0) { $0 | UInt64(bytes[42 + $1]) << UInt64(8 * $1) }
  }

  static func number(in frame: borrowing Frame) -> UInt64 {
    frame.byteCount < 50 ? .max : unsafe frame.bytes.unsafeLoadUnaligned(fromByteOffset: 42, as: UInt64.self)
  }

  /// How many frames are not where they belong when nobody holds any; what they bring home is taken first.
  func missingFrameCount() -> Int {
    var missing = driver.lentFrameCount + (driver.isBalanced ? 0 : 1)
    for number in 1..<max(1, driver.pairCount) {
      _ = poll(number)
      missing += with(number) { $0.frameCount - $0.heldFrameCount }
    }
    return missing
  }

  func check(_ place: String = "", file: StaticString = #filePath, line: UInt = #line) {
    XCTAssertEqual(network.device.violations, [], place, file: file, line: line)
    XCTAssertTrue(driver.isBalanced, "frames are missing \(place)", file: file, line: line)
  }
}

/// Counts how often a core was woken; lives until the process ends, as hooks do.
@safe final class WakeCount: Sendable {
  private let count = Atomic<Int>(0)

  /// The queue's hook knows an object only as an address.
  var strategy: WaitStrategy {
    let address = unsafe UInt(bitPattern: Unmanaged.passRetained(self).toOpaque())
    return .wake(
      WakeHook(context: address) { address in
        // SAFETY: retained above, and never released.
        unsafe Unmanaged<WakeCount>.fromOpaque(UnsafeRawPointer(bitPattern: address)!)
          .takeUnretainedValue().count.add(1, ordering: .relaxed)
      })
  }

  var value: Int { count.load(ordering: .relaxed) }
}
