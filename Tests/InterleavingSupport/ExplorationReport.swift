/// What an exploration went through.
public struct ExplorationReport: CustomStringConvertible {
  /// Executions to the end, no two of them equivalent.
  public internal(set) var executions = 0
  /// Executions that turned out on their way to be equivalent to others.
  public internal(set) var redundant = 0
  /// Operations on shared words, all executions together.
  public internal(set) var steps = 0
  /// Whether all there is was explored, without a failure.
  public internal(set) var isComplete = false
  public internal(set) var failure: ExplorationFailure?

  mutating func note(_ machine: ModelMachine) {
    if machine.tree.isRedundant { redundant += 1 } else { executions += 1 }
    steps = machine.stepCount
  }

  public var description: String {
    let outcome = failure.map { "failed: \($0)" } ?? (isComplete ? "all explored" : "not all explored")
    return "\(executions) executions (\(redundant) redundant), \(steps) steps, \(outcome)"
  }
}

/// An execution that went wrong.
public struct ExplorationFailure: CustomStringConvertible {
  public let message: String
  /// What each thread did, in order.
  public let trace: [String]
  /// Runs it again: `explore(replaying:)`.
  public let schedule: Schedule

  init(_ message: String, _ machine: ModelMachine, _ words: [String]) {
    self.message = message
    trace = machine.log.map { $0.line(words) }
    schedule = machine.tree.schedule
  }

  public var description: String {
    "\(message)\n  \(trace.joined(separator: "\n  "))\n  again with replaying: Schedule(\"\(schedule)\")"
  }
}
