/// What a run goes through: bursts and drift, then a steady load until the moves have stopped, a while to watch it, and
/// the last answers.
struct BalanceCourse {
  enum Phase {
    case disturbed
    case settling
    case watching
    case draining
  }

  var phase = Phase.disturbed
  var periodCount = 0
  var periodEnd: UInt64
  var lastMerge: UInt64 = 0
  /// How long the receiver of the last move applied nothing.
  var pause: UInt64 = 0
  private(set) var moveCount = 0
  /// How many of these did not help.
  var uselessMoveCount = 0
  /// Whether the placement that was reached could be improved only by an exchange.
  var needsExchange = false
  /// What has moved while the load was steady.
  private(set) var watchedBuckets: [Int] = []
  private(set) var lastMovePeriod = 0
  private(set) var phaseStart = 0
  /// Each core's busy time, and the messages answered, when the watch began.
  var busyAtWatch: [UInt64] = []
  var answeredAtWatch = 0
  var watchStart: UInt64 = 0
  /// What was answered in the watch, and in which time.
  var watchedMessageCount = 0
  var watchedTime: UInt64 = 0

  init(_ scenario: BalanceScenario) { periodEnd = scenario.period }

  /// Periods in this phase.
  var phaseLength: Int { periodCount - phaseStart }
  /// Periods without a move in this phase.
  var quietLength: Int { periodCount - max(lastMovePeriod, phaseStart) }

  mutating func moved(_ bucket: Int) {
    moveCount += 1
    if phase == .watching { watchedBuckets.append(bucket) }
    lastMovePeriod = periodCount
  }

  mutating func enter(_ phase: Phase) {
    self.phase = phase
    phaseStart = periodCount
  }
}
