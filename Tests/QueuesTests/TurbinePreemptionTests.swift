import Buffers
import Queues
import Streams
import Synchronization
import TestSupport
import Timing
import XCTest

/// Runs something else between two steps of what uses `SteppingWord`s: what another core may do at the worst moment.
private enum Steps {
  private struct State {
    var left = 0
    var action: (@Sendable () -> Void)?
  }
  private static let state = Mutex(State())

  /// Runs `body`, and `action` when it has done `count` steps. False when it has fewer.
  static func run(after count: Int, _ action: @escaping @Sendable () -> Void, in body: () -> Void) -> Bool {
    state.withLock { $0 = State(left: count, action: action) }
    body()
    return state.withLock { state in
      defer { state.action = nil }
      return state.action == nil
    }
  }

  static func step() {
    let action = state.withLock { state -> (@Sendable () -> Void)? in
      guard state.action != nil else { return nil }
      state.left -= 1
      guard state.left < 0 else { return nil }
      defer { state.action = nil }
      return state.action
    }
    action?()
  }
}

/// A word that tells before each of its operations.
private struct SteppingWord: SharedWord, ~Copyable {
  private let word: HardwareWord

  init(_ value: UInt64) { word = HardwareWord(value) }
  private var stepped: Void { Steps.step() }

  func load() -> UInt64 {
    stepped
    return word.load()
  }
  func loadAcquiring() -> UInt64 {
    stepped
    return word.loadAcquiring()
  }
  func store(_ value: UInt64) {
    stepped
    word.store(value)
  }
  func storeReleasing(_ value: UInt64) {
    stepped
    word.storeReleasing(value)
  }
  func exchange(_ value: UInt64) -> UInt64 {
    stepped
    return word.exchange(value)
  }
  func add(_ value: UInt64) -> UInt64 {
    stepped
    return word.add(value)
  }
  func compareExchange(expected: UInt64, desired: UInt64) -> (exchanged: Bool, original: UInt64) {
    stepped
    return word.compareExchange(expected: expected, desired: desired)
  }
  static func fence() { HardwareWord.fence() }
  static func willRead(_ address: UInt) {}
  static func willWrite(_ address: UInt) {}
}

/// How often anybody was woken.
private let wakes = Atomic<Int>(0)

/// Two producers, a consumer behind them, one behind that.
private final class Ring: @unchecked Sendable {
  private let memory = TestArena(byteCount: 1 << 16)
  var one: TurbineSubProducer<Entry, SteppingWord>?
  var other: TurbineSubProducer<Entry, SteppingWord>?
  var first: TurbineConsumer<Entry, SteppingWord>?
  var last: TurbineConsumer<Entry, SteppingWord>?
  /// What an action found.
  var found: [Int] = []

  init(capacity: Int) {
    wakes.store(0, ordering: .relaxed)
    let hook = WaitStrategy.wake(WakeHook(context: 0) { _ in wakes.wrappingAdd(1, ordering: .relaxed) })
    let (plan, stages) = makePlan([[], [0]], waiting: hook)
    do throws(QueueError) {
      let ends = try TurbineSub<Entry, SteppingWord>(
        QueueProperties(capacity: capacity, firstSequence: .max - 1), plan, producers: 2, in: &memory.arena
      ) { _ in Entry(-1) }.link()
      var producers = ends.producers
      var consumers = ends.consumers
      one = producers.take()
      other = producers.take()
      first = consumers.take(stages[0])
      last = consumers.take(stages[1])
    } catch { preconditionFailure("\(error)") }
  }

  deinit {
    one = nil
    other = nil
    first = nil
    last = nil
  }

  func countOfOne() -> Int {
    guard let producer = one.take() else { return -1 }
    let count = producer.count
    one = consume producer
    return count
  }

  /// Reads all there is with one of the consumers.
  func readFirst() -> [Int] {
    var numbers: [Int] = []
    while let message = first!.select(1) { numbers.append(message.number) }
    return numbers
  }

  func readLast() -> [Int] {
    var numbers: [Int] = []
    while let message = last!.select(1) { numbers.append(message.number) }
    return numbers
  }
}

/// One operation at the worst moment of another, for every moment.
final class TurbinePreemptionTests: XCTestCase {
  private var moments = 0

  /// Makes a ring for each moment of `body`, and runs `action` then.
  private func atEveryMoment(
    capacity: Int = 8, _ prepare: (Ring) -> Void = { _ in }, run action: @escaping @Sendable (Ring) -> Void,
    in body: (Ring) -> Void, check: (Ring) -> Void
  ) {
    moments = 0
    while true {
      let ring = Ring(capacity: capacity)
      prepare(ring)
      guard Steps.run(after: moments, { action(ring) }, in: { body(ring) }) else { break }
      check(ring)
      moments += 1
    }
    XCTAssertGreaterThan(moments, 1, "there is something to come between")
  }

  func testABatchIsSeenWholeOrNotAtAll() {
    atEveryMoment {
      $0.found = [$0.first!.available]
    } in: {
      XCTAssertEqual($0.one!.push(upTo: 5) { Entry($0) }, 5)
    } check: {
      XCTAssertTrue($0.found == [0] || $0.found == [5], "\($0.found)")
      XCTAssertEqual($0.readFirst(), [0, 1, 2, 3, 4])
    }
  }

  func testADroppedClaimIsPassedOverAsAWhole() {
    atEveryMoment { ring in
      XCTAssertTrue((try? ring.one!.claim(3)) == true)
      XCTAssertNil(ring.other!.push(Entry(7)))
    } run: {
      $0.found = [$0.first!.available]
    } in: {
      $0.one = nil
    } check: {
      XCTAssertTrue($0.found == [0] || $0.found == [1], "\($0.found)")
      XCTAssertEqual($0.readFirst(), [7])
      XCTAssertEqual($0.readLast(), [7])
    }
  }

  func testTwoProducersNeverShareAPlace() {
    atEveryMoment {
      XCTAssertEqual($0.other!.push(upTo: 2) { Entry(10 + $0) }, 2)
    } in: {
      XCTAssertEqual($0.one!.push(upTo: 2) { Entry($0) }, 2)
    } check: {
      let numbers = $0.readFirst()
      XCTAssertTrue(numbers == [0, 1, 10, 11] || numbers == [10, 11, 0, 1], "\(numbers)")
      XCTAssertEqual($0.readLast(), numbers)
    }
  }

  func testOfTwoProducersOneGetsTheLastPlace() {
    atEveryMoment(capacity: 1) { ring in
      // So that the room has to be looked for.
      XCTAssertNil(ring.one!.push(Entry(0)))
      XCTAssertEqual(ring.readFirst() + ring.readLast(), [0, 0])
    } run: {
      if $0.other!.push(Entry(2)) == nil { $0.found.append(2) }
    } in: {
      if $0.one!.push(Entry(1)) == nil { $0.found.append(1) }
    } check: {
      XCTAssertEqual($0.found.count, 1)
      XCTAssertEqual($0.readFirst(), $0.found)
    }
  }

  func testARefusalIsNeverForARoomThatIsThere() {
    atEveryMoment(capacity: 2) { ring in
      XCTAssertEqual(ring.one!.push(upTo: 2) { Entry($0) }, 2)
      XCTAssertEqual(ring.readFirst() + ring.readLast(), [0, 1, 0, 1])
    } run: { ring in
      // Whole turns of the ring go by, and one place is always free.
      for number in 0..<5 {
        _ = ring.other!.push(Entry(number))
        _ = ring.readFirst() + ring.readLast()
      }
    } in: {
      XCTAssertNil($0.one!.push(Entry(9)))
    } check: { _ in
    }
  }

  func testACountIsNeverLessThanNothing() {
    atEveryMoment { ring in
      XCTAssertNil(ring.other!.push(Entry(1)))
      _ = ring.readFirst() + ring.readLast()
    } in: {
      $0.found = [$0.countOfOne()]
    } check: {
      XCTAssertEqual($0.found, [0])
    }
  }

  /// The first, or the last, asks to be woken at every moment of what it waits for, and the other way round.
  func testNoWakeUpIsLost() {
    let arm: @Sendable (Ring) -> Void = { $0.found = [$0.first!.armWakeup() ? 1 : 0] }
    let armLast: @Sendable (Ring) -> Void = { $0.found = [$0.last!.armWakeup() ? 1 : 0] }
    let push: @Sendable (Ring) -> Void = { XCTAssertNil($0.one!.push(Entry(1))) }
    let read: @Sendable (Ring) -> Void = { XCTAssertEqual($0.first!.select(1), Entry(1)) }
    let leave: @Sendable (Ring) -> Void = { $0.first = nil }
    let close: @Sendable (Ring) -> Void = {
      $0.one = nil
      $0.other = nil
    }
    let check: (Ring) -> Void = {
      let woken = wakes.load(ordering: .relaxed)
      XCTAssertTrue(woken <= 1 && $0.found[0] + woken >= 1, "it is told at once, or woken once, or both")
    }
    for (before, event, sleep) in [
      ({ _ in }, push, arm), ({ _ in }, close, arm), (push, read, armLast), (push, leave, armLast),
    ] {
      atEveryMoment(before, run: event, in: sleep, check: check)
      atEveryMoment(before, run: sleep, in: event, check: check)
    }
  }

  func testNobodyReadsWhatIsNotPublishedWhenSomebodyLeaves() {
    let leave: @Sendable (Ring) -> Void = { $0.first = nil }
    let read: @Sendable (Ring) -> Void = { $0.found += $0.readLast() }
    let prepare: (Ring) -> Void = { ring in
      XCTAssertEqual(ring.one!.push(upTo: 4) { Entry($0) }, 4)
      XCTAssertEqual(ring.first!.read(upTo: 2) { _, _ in }, 2)
      XCTAssertTrue((try? ring.one!.claim(2)) == true)
    }
    let check: (Ring) -> Void = { XCTAssertEqual($0.found + $0.readLast(), [0, 1, 2, 3]) }
    atEveryMoment(prepare, run: leave, in: read, check: check)
    atEveryMoment(prepare, run: read, in: leave, check: check)
  }

  func testAClaimAtTheMomentSomebodyLeaves() {
    let prepare: (Ring) -> Void = { ring in
      XCTAssertEqual(ring.one!.push(upTo: 8) { Entry($0) }, 8)
      XCTAssertEqual(ring.first!.read(upTo: 5) { _, _ in }, 5)
      XCTAssertEqual(ring.last!.read(upTo: 2) { _, _ in }, 2)
    }
    let leave: @Sendable (Ring) -> Void = { $0.last = nil }
    let claim: @Sendable (Ring) -> Void = { $0.found = [$0.one!.push(upTo: 8) { Entry(10 + $0) }] }
    let check: (Ring) -> Void = {
      XCTAssertTrue($0.found == [2] || $0.found == [5], "\($0.found)")
      XCTAssertEqual($0.readFirst(), [5, 6, 7] + (0..<$0.found[0]).map { 10 + $0 })
    }
    atEveryMoment(prepare, run: leave, in: claim, check: check)
    atEveryMoment(prepare, run: claim, in: leave, check: check)
  }

  /// The control: something that is not whole in between is noticed.
  func testAMomentInBetweenIsFound() {
    var seen: Set<[Int]> = []
    atEveryMoment {
      $0.found = [$0.first!.available]
    } in: {
      for number in 0..<3 { XCTAssertNil($0.one!.push(Entry(number))) }
    } check: {
      seen.insert($0.found)
    }
    XCTAssertEqual(seen, [[0], [1], [2], [3]])
  }
}
