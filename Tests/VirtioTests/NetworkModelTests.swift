import Buffers
import TestSupport
import Virtio
import XCTest

/// Thousands of random steps of device and driver against what must come out, the rings wrapping on the way.
final class NetworkModelTests: XCTestCase {
  func testRandomTraffic() throws {
    for usesEventIndex in [true, false] {
      for queueSize in [2, 16, 256] as [UInt32] {
        try NetworkModel(usesEventIndex: usesEventIndex, queueSize: queueSize, isHostile: false).run(
          steps: 4_000)
      }
    }
  }

  func testRandomTrafficWithADeviceThatBreaksTheRules() throws {
    for usesEventIndex in [true, false] {
      for _ in 0..<4 {
        try NetworkModel(usesEventIndex: usesEventIndex, queueSize: 16, isHostile: true).run(steps: 3_000)
      }
    }
  }

  /// A control: a device whose frames are not what was sent must be noticed by the model.
  func testTheModelNoticesAWrongFrame() throws {
    let model = try NetworkModel(usesEventIndex: true, queueSize: 16, isHostile: false)
    model.corruptsFrames = true
    model.isExpectedToFail = true
    try model.run(steps: 3_000)
    XCTAssertGreaterThan(model.mismatches, 0)
  }
}

/// The state both sides must agree on.
private final class NetworkModel {
  private let bench: NetworkTestBench
  private let network: FakeVirtioNetwork
  private var random = SeededRandom()
  private let isHostile: Bool
  private var held: Table<Frame?>
  private let seed: UInt64

  /// What the driver must yield, in order; nothing for a frame it must drop.
  private var arriving: [[UInt8]?] = []
  /// What the device must find in its queue, in order.
  private var leaving: [[UInt8]] = []
  private var resets = 0
  private var malformed: UInt64 = 0
  /// After a completion that was a lie, contents mean nothing until the reset it must lead to.
  private var isPoisoned = false
  private var number: UInt64 = 0
  private var received: UInt64 = 0
  var corruptsFrames = false
  var isExpectedToFail = false
  private(set) var mismatches = 0

  init(usesEventIndex: Bool, queueSize: UInt32, isHostile: Bool) throws {
    let features: VirtioFeatures = usesEventIndex ? .version1 | .eventIndex : .version1
    network = FakeVirtioNetwork(features: features, queueSize: queueSize)
    let start = UInt16.max - UInt16(random.next() % 500)
    bench = try NetworkTestBench(network, firstRingIndex: start)
    held = try Table(count: 4, in: &bench.memory.arena) { _ in nil }
    self.isHostile = isHostile
    seed = random.seed
    resets = network.device.resetCount
  }

  private func expect(_ condition: Bool, _ what: String) {
    guard !condition else { return }
    mismatches += 1
    if !isExpectedToFail { XCTFail("\(what), SEED=\(seed)") }
  }

  func run(steps: Int) throws {
    for _ in 0..<steps where bench.driver.isUsable {
      step()
      noticeReset()
      bench.check("SEED=\(seed)")
      if mismatches > 0 { return }
    }
    settle()
    XCTAssertGreaterThan(received, UInt64(steps / 40), "too little happened, SEED=\(seed)")
  }

  private func step() {
    switch random.next() % 100 {
    case 0..<22: deliver()
    case 22..<48: receive()
    case 48..<60: send()
    case 60..<74: bench.driver.flush()
    case 74..<84: letDeviceTake()
    case 84..<92: network.completeTransmission(choice: Int(random.next() % 4))
    case 92..<96: recycleHeld()
    case 96..<97: _ = bench.driver.armReceiveInterrupt()
    case 97..<98: _ = bench.driver.armTransmitInterrupt()
    default: if isHostile && random.next() % 8 == 0 { harm() }
    }
  }

  /// What was under way when the driver reset the device is lost, and nothing is expected of it.
  private func noticeReset() {
    guard network.device.resetCount != resets else { return }
    if !isHostile { expect(false, "a reset without a reason") }
    resets = network.device.resetCount
    arriving = []
    leaving = []
    isPoisoned = false
  }

  private func randomFrame() -> [UInt8] {
    number += 1
    return NetworkTestBench.frame(number, byteCount: 9 + Int(random.next() % 1_506))
  }

  private func deliver() {
    if random.next() % 4 == 0 { network.takeReceiveChains() }
    var bytes = randomFrame()
    guard random.next() % 16 != 0 else {
      let odd = [0, 5, 12, 1527, 70_000][Int(random.next() % 5)]
      if network.deliver(bytes, choice: Int(random.next() % 8), sayingByteCount: odd) { arriving.append(nil) }
      return
    }
    let sent = bytes
    if corruptsFrames && number % 50 == 0 { bytes[8] ^= 1 }
    if network.deliver(bytes, choice: Int(random.next() % 8)) { arriving.append(sent) }
  }

  /// Receives, and then recycles, sends on, or keeps.
  private func receive() {
    let before = network.device.resetCount
    guard let frame = bench.driver.receive() else {
      if network.device.resetCount == before {
        expect(!arriving.contains { $0 != nil } || isPoisoned, "a frame was not received")
        malformed += UInt64(arriving.count)
        arriving = []
      }
      return
    }
    received += 1
    while let first = arriving.first, first == nil {
      arriving.removeFirst()
      malformed += 1
    }
    let bytes = NetworkTestBench.bytes(of: frame)
    if !isPoisoned {
      let expected = arriving.isEmpty ? nil : arriving.removeFirst()
      expect(bytes == expected, "frame of \(bytes.count) bytes where \(expected?.count ?? -1) were due")
    }
    let choice = random.next() % 4
    if choice == 0, let place = (0..<held.count).first(where: { held[$0] == nil }) {
      held[place] = consume frame
    } else if choice < 3 && bench.driver.canTransmit {
      noticeReset()
      leaving.append(bytes)
      bench.driver.transmit(frame)
    } else {
      bench.driver.recycle(frame)
    }
  }

  private func send() {
    guard var frame = bench.driver.frameForTransmission() else { return }
    if random.next() % 8 == 0 { return bench.driver.recycle(frame) }
    let bytes = randomFrame()
    NetworkTestBench.fill(&frame, with: bytes)
    if random.next() % 16 == 0 { bench.driver.flush() }
    noticeReset()
    leaving.append(bytes)
    bench.driver.transmit(frame)
  }

  private func recycleHeld() {
    for place in 0..<held.count where random.next() % 2 == 0 {
      if let frame = held[place].take() { bench.driver.recycle(frame) }
    }
  }

  private func letDeviceTake() {
    let before = network.transmitted.count
    for _ in 0..<(random.next() % 4) { network.takeTransmission() }
    for bytes in network.transmitted[before...] {
      guard !isPoisoned else { continue }
      expect(!leaving.isEmpty && bytes == leaving.removeFirst(), "another frame left than was sent")
    }
    _ = network.transmitQueue.wantDoorbell(random.next() % 2 == 0)
  }

  private func harm() {
    network.takeReceiveChains()
    switch random.next() % 8 {
    case 0: network.receiveQueue.push(UInt32(truncatingIfNeeded: random.next()), byteCount: 60)
    case 1: network.receiveQueue.push(UInt32(random.next() % 32), byteCount: 60)
    case 2: network.receiveQueue.moveUsedIndex(by: UInt16(truncatingIfNeeded: random.next()))
    case 3: network.transmitQueue.push(UInt32(random.next() % 32), byteCount: 0)
    case 4: network.transmitQueue.moveUsedIndex(by: UInt16(truncatingIfNeeded: random.next()))
    case 5: network.transmitQueue.push(UInt32(random.next() % 16), byteCount: .max)
    case 6:
      network.device.askForReset()
      bench.driver.handleConfigurationChange()
    default:
      bench.driver.handleConfigurationChange()
      return
    }
    isPoisoned = true
    network.device.hasLied = true
  }

  /// Lets everything under way arrive; then nothing may be missing.
  private func settle() {
    guard bench.driver.isUsable else { return }
    for place in 0..<held.count { if let frame = held[place].take() { bench.driver.recycle(frame) } }
    XCTAssertEqual(bench.driver.lentFrameCount, 0)
    if isPoisoned {
      network.device.askForReset()
      bench.driver.handleConfigurationChange()
      noticeReset()
    }
    while !arriving.isEmpty { receive() }
    for place in 0..<held.count { if let frame = held[place].take() { bench.driver.recycle(frame) } }
    bench.driver.flush()
    while network.transmitQueue.availableCount > 0 { letDeviceTake() }
    network.transmitAll()
    expect(leaving.isEmpty, "\(leaving.count) frames did not leave")
    if !isHostile { XCTAssertEqual(bench.driver.counters.malformedLengths, malformed, "SEED=\(seed)") }
    bench.check("SEED=\(seed)")
  }
}
