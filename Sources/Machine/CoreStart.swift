import Synchronization
import Timing

/// What a core gets from the one that starts it, and the words over which the two meet. Everything but these words is
/// written by the starting core before the other one arrives, or before `release`.
struct CoreStart: ~Copyable {
  let number: Int
  /// The starting core's, until the offset is known.
  var clock: Clock
  let keeper: ClockKeeper
  let countsPerCycle: UInt64
  let timerSource: Int

  private let state = Atomic<UInt>(awaited)
  /// The exchange that is asked for, from 1 on.
  private let asked = Atomic<UInt>(0)
  private let answered = Atomic<UInt>(0)
  private let remote = Atomic<UInt64>(0)

  private static let awaited: UInt = 0
  private static let arrived: UInt = 1
  private static let givenUp: UInt = 2
  private static let released: UInt = .max
  private static let exchangeCount: UInt = 64
  /// How many suffice when they take long: under emulation the two cores may have to take turns on one processor.
  private static let leastExchangeCount: UInt = 2
  private static let exchangeTime = Duration.milliseconds(2)

  /// For core `number`, from the one that starts it.
  init(number: Int, from core: borrowing Core) {
    self.number = number
    clock = core.clock
    var keeper = core.keeper
    keeper.stop()
    self.keeper = keeper
    countsPerCycle = core.timer.countsPerCycle
    timerSource = core.timerSource
  }

  // MARK: - The core that starts

  /// Says that it is here and answers exchanges until it is released. One that comes too late stops.
  func arrive() {
    let isAwaited = state.compareExchange(
      expected: Self.awaited, desired: Self.arrived, ordering: .acquiringAndReleasing
    ).exchanged
    guard isAwaited else { while true { coreStop() } }
    var last: UInt = 0
    while true {
      let number = asked.load(ordering: .acquiring)
      if number == Self.released { return }
      if number != last {
        remote.store(TimestampCounter.read(), ordering: .relaxed)
        answered.store(number, ordering: .releasing)
        last = number
      }
      corePause()
    }
  }

  // MARK: - The core that starts it

  var hasArrived: Bool { state.load(ordering: .acquiring) == Self.arrived }

  /// Does not wait any longer.
  ///
  /// - Returns: false when the core has come all the same.
  func giveUp() -> Bool {
    state.compareExchange(
      expected: Self.awaited, desired: Self.givenUp, ordering: .acquiringAndReleasing
    ).exchanged
  }

  /// Measures how far the core's time stamp counter is ahead; it has arrived.
  func measureOffset() -> TimestampOffset {
    var offset = TimestampOffset()
    let end = clock.now + Self.exchangeTime
    for number in 1...Self.exchangeCount {
      if number > Self.leastExchangeCount && clock.now > end { break }
      let earliest = TimestampCounter.read()
      asked.store(number, ordering: .releasing)
      while answered.load(ordering: .acquiring) != number { corePause() }
      offset.add(
        earliest: earliest, remote: remote.load(ordering: .relaxed), latest: TimestampCounter.read())
    }
    return offset
  }

  /// Lets the core go on, with this core's clock as its own counter shows it.
  mutating func release(_ offset: TimestampOffset) {
    clock = clock.shifted(by: offset.cycles)
    asked.store(Self.released, ordering: .releasing)
  }
}
