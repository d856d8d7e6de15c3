import Scheduling

/// What the sessions core knows besides the map and the balancer.
struct SimulatedRouter {
  struct Client {
    var sent: UInt32 = 0
    var merged: UInt32 = 0
  }

  var clients: [Client]
  /// Sent to each core and not merged yet.
  var inFlight: [Int]
  /// A message that its core has no room for: all input waits behind it.
  var stalled: SimulatedMessage?
  /// A move that is under way, and what of it has been sent.
  var move: BucketMove?
  var hasSentRelease = false
  var hasSentAwait = false
  /// Whether the giver's completions up to its last are merged.
  var hasReleased = false
  /// Cores with completions to take, one bit each, and those whose first one must wait.
  var hasCompletions: UInt64 = 0
  var blocked: UInt64 = 0
  /// Each core's first completion, when it has been looked at.
  var heads: [SimulatedCompletion?]
  /// Where looking for completions goes on.
  var turn: UInt64 = 0
  var nextArrival: UInt64 = 0
  var sleeps = false
  var nextNumber: UInt32 = 0

  init(_ scenario: BalanceScenario) {
    clients = Array(repeating: Client(), count: scenario.clientCount)
    inFlight = Array(repeating: 0, count: scenario.coreCount)
    heads = Array(repeating: nil, count: scenario.coreCount)
  }
}
