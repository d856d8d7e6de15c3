/// Runs the threads of a model one at a time, as a tree of executions says.
final class ModelMachine {
  /// More operations in one execution are taken for a thread that spins.
  static let stepLimit = 250

  var memory = Memory()
  private(set) var tree: Tree
  private(set) var failure: String?
  private(set) var log: [LogEntry] = []
  private(set) var stepCount = 0

  private var bodies: [() -> Void] = []
  private var threads: [Coroutine] = []
  private let host = Coroutine()
  private var pending: [Operation?] = []
  private var isFinished: [Bool] = []
  private var startedCount = 0
  private var running = 0
  private var isRunning = false
  private var readable: [Int] = []

  init(threadCount: Int, isReduced: Bool, forced: Schedule?) {
    precondition((1...threadLimit).contains(threadCount), "1 to \(threadLimit) threads")
    tree = Tree(isReduced: isReduced, forced: forced)
    for thread in 0..<threadCount { threads.append(Coroutine { [unowned self] in runForever(thread) }) }
  }

  var threadCount: Int { threads.count }

  /// Runs the bodies once, to their end or to a failure. What they share was made since `prepare`.
  func run(_ bodies: [() -> Void]) {
    self.bodies = bodies
    memory.begin(threadCount: threadCount)
    tree.begin()
    pending = Array(repeating: nil, count: threadCount)
    isFinished = Array(repeating: false, count: threadCount)
    startedCount = 1
    running = 0
    isRunning = true
    host.switchTo(threads[0])
    isRunning = false
    self.bodies = []
  }

  func prepare() {
    memory.reset()
    log.removeAll(keepingCapacity: true)
  }

  func advance() -> Bool { tree.advance() }

  /// Notes that this execution is wrong; it ends here when its threads still run.
  func fail(_ message: String) {
    if failure == nil { failure = message }
    guard isRunning else { return }
    threads[running].switchTo(host)
  }

  private func runForever(_ thread: Int) {
    while true {
      bodies[thread]()
      isFinished[thread] = true
      pending[thread] = nil
      handOver(from: thread)
    }
  }

  /// One operation of the running thread: a place where another thread may go on first.
  func perform(_ operation: Operation) -> UInt64 {
    guard isRunning else { return memory.performAlone(operation) }
    let thread = running
    pending[thread] = operation
    handOver(from: thread)
    return execute(operation, by: thread)
  }

  func access(_ address: UInt, isWrite: Bool) {
    guard isRunning else { return }
    let number = memory.plain.number(of: address)
    log.append(LogEntry(thread: running, event: .access(number: number, isWrite: isWrite)))
    let clock = memory.threads[running].view.clock
    guard let other = memory.plain.access(number, by: running, clock, isWrite: isWrite) else { return }
    fail("data race: thread \(running) and thread \(other) on plain memory \(number)")
  }

  /// The running thread waits for something new in what it has read.
  func pause() {
    guard isRunning else { return }
    _ = perform(.pause(awaiting: memory.threads[running].awaited))
  }

  func park() {
    guard isRunning else { return }
    _ = perform(Operation(.park, on: Location.token(of: running)))
  }

  private func handOver(from thread: Int) {
    let next = nextThread()
    guard next != thread else { return }
    if let next { running = next }
    threads[thread].switchTo(next.map { threads[$0] } ?? host)
  }

  /// Nothing when this execution is over.
  private func nextThread() -> Int? {
    if startedCount < threadCount {
      startedCount += 1
      return startedCount - 1
    }
    var enabled: Tree.Threads = 0
    for thread in 0..<threadCount {
      if let operation = pending[thread], memory.isEnabled(operation, by: thread) {
        enabled |= 1 << Tree.Threads(thread)
      }
    }
    guard enabled != 0 else {
      if isFinished.contains(false) { failure = "deadlock: \(waiting) for ever" }
      return nil
    }
    guard let thread = tree.choose(enabled, pending, running: running) else {
      failure = "this execution went another way before: the bodies do not depend on model words alone"
      return nil
    }
    return thread
  }

  private var waiting: String {
    let names = isFinished.indices.filter { !isFinished[$0] }.map { "thread \($0) waits" }
    return names.joined(separator: ", ")
  }

  private func execute(_ operation: Operation, by thread: Int) -> UInt64 {
    let known = tree.isRedundant ? SIMD4() : tree.lastClock(of: thread)
    let all = !tree.isReduced
    memory.readable(operation, by: thread, into: &readable) {
      all || $0.thread == thread || known[$0.thread] >= $0.step
    }
    let choice = tree.choose(of: readable.count)
    let number = readable.isEmpty ? 0 : readable[choice]
    let step = known[thread] + 1
    let value = memory.perform(operation, by: thread, reading: number, step: step)
    let age = readable.isEmpty ? 0 : readable[0] - number
    log.append(LogEntry(thread: thread, event: .operation(operation, value: value, age: age)))
    tree.didPerform()
    stepCount += 1
    if log.count > Self.stepLimit { fail("more than \(Self.stepLimit) steps: a thread spins; let it pause") }
    return value
  }
}
