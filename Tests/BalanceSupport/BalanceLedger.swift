/// What went wrong in a run.
public enum BalanceViolation: String, Error, Sendable {
  case inversion = "a waiting message was overtaken by more than one less urgent one"
  case classOrder =
    "two messages of a bucket and class were applied in another order than they were routed in"
  case clientOrder =
    "two messages of a client and bucket were applied in another order than they were sent in"
  case applied = "a message was applied twice, or never sent"
  case version = "a message was applied to something else than the bucket's latest state"
  case mergeOrder = "a client's messages were merged in another order than they were sent in"
  case bucketMergeOrder = "a bucket's messages were merged in another order than they were applied in"
  case answered = "a message was answered twice, or without having been applied"
  case stuck = "nothing was answered for many periods although messages were on their way"
  case lost = "a message was never answered"
  case noRoom = "a link of completions was full, so its core could not go on"
  case restless = "the moves did not stop although the load was steady"
  case unbalanced = "the busiest core carries too much by the symbols' popularity"
  case busy = "the busiest core was busy for too long"

  /// Whether chance can bring it about: the balancer sees messages that come at random in part. All else is never right.
  public var canBeChance: Bool { self == .restless || self == .unbalanced || self == .busy }
}

/// Sees all that happens in a run, by itself: it shares nothing with what it checks but the messages.
struct BalanceLedger {
  private(set) var violation: BalanceViolation?
  private var stages: [UInt8] = []
  /// Messages that each core has started, by class.
  private var started: [UInt32]
  private var lastOfClass: [Int]
  private var lastOfClient: [Int]
  private var applied: [UInt32]
  private var merged: [UInt32]
  private var nextOfClient: [UInt32]
  private(set) var answeredCount = 0

  init(coreCount: Int, clientCount: Int) {
    let bucketCount = BalanceScenario.bucketCount
    started = Array(repeating: 0, count: coreCount * 4)
    lastOfClass = Array(repeating: -1, count: bucketCount * 3)
    lastOfClient = Array(repeating: -1, count: bucketCount * clientCount)
    applied = Array(repeating: 0, count: bucketCount)
    merged = Array(repeating: 0, count: bucketCount)
    nextOfClient = Array(repeating: 0, count: clientCount)
  }

  var sentCount: Int { stages.count }

  mutating func report(_ found: BalanceViolation) {
    if violation == nil { violation = found }
  }

  /// Less urgent messages that the core has started so far.
  func startedBelow(_ priority: UInt8, core: Int) -> UInt32 {
    var sum: UInt32 = 0
    for other in Int(priority) + 1..<4 { sum &+= started[core * 4 + other] }
    return sum
  }

  mutating func sent(_ message: SimulatedMessage) { stages.append(1) }

  mutating func started(_ message: SimulatedMessage, core: Int, version: UInt32) {
    let overtaken = startedBelow(message.priority, core: core) &- message.startedBefore
    check(overtaken <= 1, .inversion)
    started[core * 4 + Int(message.priority)] += 1
    let number = Int(message.number)
    let bucket = Int(message.bucket)
    let place = bucket * 3 + Int(message.priority)
    check(lastOfClass[place] < number, .classOrder)
    lastOfClass[place] = number
    let client = Int(message.client) * BalanceScenario.bucketCount + bucket
    check(lastOfClient[client] < number, .clientOrder)
    lastOfClient[client] = number
    check(stages[number] == 1, .applied)
    stages[number] = 2
    applied[bucket] += 1
    check(applied[bucket] == version, .version)
  }

  mutating func answered(_ completion: SimulatedCompletion) {
    let client = Int(completion.client)
    check(nextOfClient[client] == completion.clientNumber, .mergeOrder)
    nextOfClient[client] += 1
    merged[Int(completion.bucket)] += 1
    check(merged[Int(completion.bucket)] == completion.version, .bucketMergeOrder)
    check(stages[Int(completion.number)] == 2, .answered)
    stages[Int(completion.number)] = 3
    answeredCount += 1
  }

  mutating func check(_ isRight: Bool, _ violation: BalanceViolation) {
    if !isRight { report(violation) }
  }
}
