import Buffers
import TestSupport
import Virtio
import XCTest

/// Random interleavings of a device, receiving cores and the sessions core, each asleep until it is woken: every frame
/// arrives once and in its queue's order, leaves once and in its flow's order, and comes home.
final class SpreadModelTests: XCTestCase {
  func testRandomTraffic() throws {
    for usesEventIndex in [true, false] {
      for (pairCount, queueSize) in [(2, 1), (2, 16), (3, 4), (4, 64), (8, 16)] as [(Int, UInt32)] {
        let model = try SpreadModel(
          pairCount: pairCount, queueSize: queueSize, usesEventIndex: usesEventIndex)
        try model.run(steps: 3_000)
        XCTAssertEqual(model.mistakes, [], "SEED=\(model.seed)")
        XCTAssertGreaterThan(model.receivedCount, 300, "too little happened, SEED=\(model.seed)")
      }
    }
  }

  /// Controls: what the model must notice.
  func testTheModelNoticesWhatIsWrong() throws {
    for fault in SpreadModel.Fault.allCases {
      let model = try SpreadModel(pairCount: 2, queueSize: 16, usesEventIndex: true)
      model.fault = fault
      try model.run(steps: 3_000)
      XCTAssertNotEqual(model.mistakes, [], "\(fault) SEED=\(model.seed)")
    }
  }
}

/// The state that all of them must agree on.
private final class SpreadModel {
  /// What one of them does wrong, from the middle on and mostly once.
  enum Fault: CaseIterable {
    /// The device completes a frame that the model does not hear of.
    case losesAFrame
    /// The device delivers a frame twice.
    case repeatsAFrame
    /// A caller keeps a frame.
    case keepsAFrame
    /// From then on nothing wakes the core of the second queue.
    case losesWakeUps
    /// A frame leaves on a queue that is not its flow's.
    case leavesElsewhere
  }

  private let bench: SpreadTestBench
  private var random = SeededRandom()
  private let pairCount: Int
  private var held: Table<Frame?>
  /// The place of a frame that is never given back.
  private var keptPlace: Int?
  var fault: Fault?
  private var steps = 0
  var seed: UInt64 { random.seed }

  private var arriving: [[UInt64]]
  private var leaving: [UInt16: [UInt64]] = [:]
  private var queueOfFlow: [UInt16: Int] = [:]
  private var number: UInt64 = 0
  private(set) var receivedCount = 0
  private(set) var mistakes: [String] = []
  /// What each core had been woken by when it went to sleep; nothing while it is awake. 0 is the sessions core.
  private var asleep: [Int?]

  init(pairCount: Int, queueSize: UInt32, usesEventIndex: Bool) throws {
    let start = UInt16.max - UInt16(random.next() % 300)
    bench = try SpreadTestBench(
      pairCount: pairCount, queueSize: queueSize, usesEventIndex: usesEventIndex, firstRingIndex: start)
    held = try Table(count: 4, in: &bench.memory.arena) { _ in nil }
    self.pairCount = pairCount
    arriving = [[UInt64]](repeating: [], count: pairCount)
    asleep = [Int?](repeating: nil, count: pairCount)
  }

  /// Ends a fault; it is made once.
  private func takes(_ kind: Fault) -> Bool {
    guard fault == kind, steps > 1_000 else { return false }
    fault = nil
    return true
  }

  func run(steps count: Int) throws {
    for _ in 0..<count where mistakes.isEmpty {
      steps += 1
      step()
    }
    settle()
    bench.check("SEED=\(seed)")
  }

  private func step() {
    switch random.next() % 100 {
    case 0..<30: deliver()
    case 30..<50: turn(ofCore: 1 + Int(random.next() % UInt64(pairCount - 1)))
    case 50..<80: turn(ofCore: 0)
    case 80..<88: send()
    case 88..<94: letDeviceTransmit()
    default: recycleHeld()
    }
  }

  private func deliver() {
    let queue = Int(random.next() % UInt64(pairCount))
    let bytes = SpreadTestBench.datagram(to: 1, port: UInt16(queue), number: number + 1)
    guard bench.deliver(bytes, to: queue) else { return }
    number += 1
    if !takes(.repeatsAFrame) { arriving[queue].append(number) }
    if takes(.losesAFrame) { arriving[queue].append(number) }
  }

  // MARK: - Cores

  /// How often a core has been given a reason to wake up.
  private func wakeUps(ofCore core: Int) -> Int {
    let interrupts = bench.network.queue(2 * core).interruptCount
    return bench.wakeCounts[core].value + interrupts
  }

  private func turn(ofCore core: Int) {
    let before = wakeUps(ofCore: core)
    if let last = asleep[core] {
      guard before != last else { return }
      if fault == .losesWakeUps && steps > 1_000 && core == 1 { return }
    }
    asleep[core] = nil
    let hasMore = core == 0 ? sessionsTurn() : bench.poll(core)
    if !hasMore { asleep[core] = before }
  }

  /// Receives some frames; whether there is more to do.
  private func sessionsTurn() -> Bool {
    for _ in 0..<(random.next() % 8) { if !receive() { break } }
    bench.driver.flush()
    return bench.driver.armReceiveInterrupt()
  }

  private func receive() -> Bool {
    guard let frame = bench.driver.receive() else { return false }
    receivedCount += 1
    let bytes = NetworkTestBench.bytes(of: frame)
    let queue = frame.pool
    let expected = arriving[queue].isEmpty ? nil : arriving[queue].removeFirst()
    expect(
      SpreadTestBench.number(in: bytes) == expected, "\(String(describing: expected)) was due on \(queue)")
    let choice = random.next() % 4
    if choice == 0, let place = (0..<held.count).first(where: { held[$0] == nil }) {
      held[place] = consume frame
      if takes(.keepsAFrame) { keptPlace = place }
    } else if choice == 1 && bench.driver.canTransmit {
      leaving[UInt16(queue), default: []].append(SpreadTestBench.number(in: bytes))
      bench.driver.transmit(frame)
    } else {
      bench.driver.recycle(frame)
    }
    return true
  }

  private func recycleHeld() {
    for place in 0..<held.count where place != keptPlace && random.next() % 2 == 0 {
      if let frame = held[place].take() { bench.driver.recycle(frame) }
    }
  }

  // MARK: - Transmission

  private func send() {
    guard var frame = bench.driver.frameForTransmission() else { return }
    if random.next() % 8 == 0 { return bench.driver.recycle(frame) }
    number += 1
    let port = 100 + UInt16(random.next() % 8)
    NetworkTestBench.fill(&frame, with: SpreadTestBench.datagram(to: 1, port: port, number: number))
    leaving[port, default: []].append(number)
    bench.driver.transmit(frame)
  }

  private func letDeviceTransmit() {
    bench.driver.flush()
    for queue in 0..<pairCount {
      for bytes in bench.transmitted(on: queue) {
        let port = UInt16(bytes[36]) << 8 | UInt16(bytes[37])
        let number = SpreadTestBench.number(in: bytes)
        let expected = leaving[port, default: []].isEmpty ? nil : leaving[port]?.removeFirst()
        expect(number == expected, "\(String(describing: expected)) of flow \(port) was to leave")
        let seen = takes(.leavesElsewhere) ? (queue + 1) % pairCount : queue
        expect(queueOfFlow[port, default: seen] == seen, "flow \(port) changed its queue")
        queueOfFlow[port] = queueOfFlow[port] ?? seen
      }
    }
  }

  private func expect(_ condition: Bool, _ what: String) {
    if !condition { mistakes.append(what) }
  }

  // MARK: - The end

  /// Lets everything under way arrive, waking nobody who is not woken; then nothing may be missing.
  private func settle() {
    for _ in 0..<1_000 where mistakes.isEmpty {
      turn(ofCore: Int(random.next() % UInt64(pairCount)))
      recycleHeld()
    }
    for queue in 0..<pairCount {
      expect(arriving[queue].isEmpty, "\(arriving[queue].count) are missing on \(queue)")
    }
    letDeviceTransmit()
    expect(leaving.values.allSatisfy(\.isEmpty), "frames did not leave")
    let missing = bench.missingFrameCount()
    expect(missing == 0, "\(missing) frames are not at home")
    goHome()
  }

  /// Whatever was found: frames may not be dropped.
  private func goHome() {
    while let frame = bench.driver.receive() { bench.driver.recycle(frame) }
    for queue in 1..<pairCount {
      _ = bench.poll(queue)
      while let frame = bench.driver.receive() { bench.driver.recycle(frame) }
      _ = bench.poll(queue)
    }
    for place in 0..<held.count { if let frame = held[place].take() { bench.driver.recycle(frame) } }
    for queue in 1..<pairCount { _ = bench.poll(queue) }
  }
}
