/// The task tree written down plainly: who has spawned whom, and in which order tasks end. Of two tasks the one with
/// the greater number is the younger.
struct TreeModel {
  /// The order in which a task and those below it end; all but the first are wrong.
  enum Order: CaseIterable {
    case youngestFirst
    case oldestFirst
    case parentsFirst
  }

  let order: Order
  /// The parent of each task that is there; -1 for none.
  private(set) var parents: [Int: Int] = [:]
  /// Tasks whose output waits to be joined.
  private var kept: Set<Int> = []
  private(set) var finished: Set<Int> = []
  private(set) var woken: Set<Int> = []
  /// Tasks woken or ended since it was asked last, in order.
  private var notes: [Int] = []
  /// What was dropped since it was asked last, in order.
  private var ends: [Int] = []
  private var leftovers: [Int] = []

  init(order: Order = .youngestFirst) { self.order = order }

  var tasks: [Int] { parents.keys.sorted() }

  func isLive(_ task: Int) -> Bool { parents[task] != nil && !finished.contains(task) }

  mutating func spawn(_ task: Int, under parent: Int, keepsOutput: Bool) {
    parents[task] = parent
    if keepsOutput { kept.insert(task) }
  }

  mutating func wake(_ task: Int) {
    guard isLive(task) else { return }
    woken.insert(task)
    notes.append(task)
  }

  /// Takes whoever is to be polled.
  mutating func takeWoken() -> [Int] {
    defer { (woken, notes) = ([], []) }
    return woken.sorted()
  }

  /// Takes the tasks that were woken or have ended, in this order, those that were both and several times as often.
  mutating func takeNotes() -> (tasks: [Int], woken: Set<Int>) {
    defer { (woken, notes) = ([], []) }
    return (notes, woken)
  }

  mutating func takeEnds() -> (futures: [Int], leftovers: [Int]) {
    defer { (ends, leftovers) = ([], []) }
    return (ends, leftovers)
  }

  /// Cancels from outside of polls.
  mutating func cancel(_ task: Int) -> Bool {
    guard let parent = parents[task] else { return false }
    wake(parent)
    end(task)
    return true
  }

  /// A poll of `actor`, which cancels these tasks one after the other and then says `step`.
  ///
  /// - Returns: what each cancelling gave.
  mutating func play(_ actor: Int, cancels: [Int], _ step: Step) -> [Bool] {
    woken.remove(actor)
    var doomed: Int?
    let results = cancels.map { cancel($0, by: actor, &doomed) }
    switch step {
    case .waiting: break
    case .ready: wake(actor)
    case .finished: finish(actor)
    }
    if let doomed { _ = cancel(doomed) }
    return results
  }

  /// Cancels in a poll of `actor`; whoever has to wait for its end is `doomed`.
  mutating func cancel(_ task: Int, by actor: Int, _ doomed: inout Int?) -> Bool {
    guard let parent = parents[task] else { return false }
    if isTask(actor, within: task) {
      if doomed == nil || isTask(doomed!, within: task) { doomed = task }
    } else {
      if parent != actor { wake(parent) }
      end(task)
    }
    return true
  }

  private func isTask(_ task: Int, within ancestor: Int) -> Bool {
    task == ancestor || parents[task].map { isTask($0, within: ancestor) } ?? false
  }

  mutating func join(_ task: Int) -> Joined {
    guard parents[task] != nil, kept.contains(task) else { return .gone }
    guard finished.contains(task) else { return .pending }
    leftovers.append(task)
    forget(task)
    return .leftover(task)
  }

  mutating func finish(_ task: Int) {
    for child in children(of: task) { end(child) }
    ends.append(task)
    woken.remove(task)
    wake(parents[task]!)
    if kept.contains(task) {
      finished.insert(task)
    } else {
      leftovers.append(task)
      forget(task)
    }
  }

  private mutating func end(_ task: Int) {
    let below = children(of: task)
    if order == .parentsFirst { drop(task) }
    for child in below { end(child) }
    if order != .parentsFirst { drop(task) }
    forget(task)
  }

  private mutating func drop(_ task: Int) {
    notes.append(task)
    if finished.contains(task) { leftovers.append(task) } else { ends.append(task) }
  }

  private mutating func forget(_ task: Int) {
    parents[task] = nil
    finished.remove(task)
    kept.remove(task)
    woken.remove(task)
  }

  private func children(of task: Int) -> [Int] {
    let below = parents.keys.filter { parents[$0] == task }
    return order == .oldestFirst ? below.sorted() : below.sorted(by: >)
  }

  /// All trees of `count` tasks that can be spawned one after the other: the parent of each task but the first.
  static func shapes(_ count: Int) -> [[Int]] {
    guard count > 1 else { return [[]] }
    return shapes(count - 1).flatMap { shape in (0..<count - 1).map { shape + [$0] } }
  }
}
