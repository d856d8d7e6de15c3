/// What a thread of a model does besides its operations on words.
public enum ModelThread {
  /// Waits until a word that this thread has read since its last pause has a newer value than it read first, so that
  /// looking again can show something else. For loops that poll: it makes them finite. An execution in which all
  /// threads wait is a failure.
  public static func pause() { ModelMachine.current.pause() }
  /// Sleeps until another thread wakes this one, or has since it woke last. To be woken says nothing about memory.
  public static func park() { ModelMachine.current.park() }
  /// Wakes thread number `thread`, now or when it parks next.
  public static func wake(_ thread: Int) {
    _ = ModelMachine.current.perform(Operation(.wake, on: Location.token(of: thread)))
  }
  /// Fails the execution when the condition is false. In bodies and checks.
  public static func expect(_ condition: Bool, _ message: @autoclosure () -> String) {
    if !condition { ModelMachine.current.fail(message()) }
  }
}

/// How much of the tree of executions is walked.
public enum Reduction: Sendable {
  /// Every execution that differs in more than the order of operations that do not depend on each other.
  case equivalent
  /// Every order and every value, for checking the other.
  case none
}

/// Runs the threads in every interleaving, and with every value that their loads may see.
///
/// - Parameters:
///   - words: names of the words in the order of their making, for traces.
///   - limit: executions after which to give up; the report is not complete then.
///   - replaying: runs one schedule only, as a failure reported it.
///   - setUp: makes what the threads share, anew for each execution. Besides model words and what they protect, threads
///     must not share anything that decides what they do.
///   - threads: the bodies, which end; thread 0 is the first.
///   - check: looks at the outcome of each execution, after all threads have ended.
/// - Returns: what was explored, and the first failure; nothing is explored after it.
public func explore<State: AnyObject>(
  words: [String] = [], reduction: Reduction = .equivalent, limit: Int = 3_000_000,
  replaying: Schedule? = nil,
  setUp: () throws -> State, threads: [(State) -> Void], check: (State) -> Void = { _ in }
) rethrows -> ExplorationReport {
  let machine = ModelMachine(
    threadCount: threads.count, isReduced: reduction == .equivalent, forced: replaying)
  ModelMachine.install(machine)
  defer { ModelMachine.install(nil) }
  var report = ExplorationReport()
  repeat {
    machine.prepare()
    let state = try setUp()
    machine.run(threads.map { body in { body(state) } })
    if machine.failure == nil { check(state) }
    report.note(machine)
    if let message = machine.failure {
      report.failure = ExplorationFailure(message, machine, words)
      ModelMachine.abandon((machine, state))
      return report
    }
    guard report.executions < limit else { return report }
  } while machine.advance()
  report.isComplete = true
  return report
}
