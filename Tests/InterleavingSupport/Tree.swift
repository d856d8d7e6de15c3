/// The tree of executions, walked depth first: what was chosen at each step, and what is still to be chosen there.
///
/// Of interleavings that differ only in the order of operations that do not depend on each other it takes one. Source
/// sets (Abdulla, Aronis, Jonsson, Sagonas: Optimal Dynamic Partial Order Reduction, 2014) say where another thread
/// must come first, and sleep sets which need not come again.
struct Tree {
  typealias Threads = UInt8

  struct Node {
    let reads: SIMD4<UInt64>
    let writes: SIMD4<UInt64>
    let enabled: Threads
    /// Threads that need not go on here: all that they lead to is reached elsewhere.
    var sleeping: Threads
    /// Threads that have to go on here.
    var wanted: Threads
    var thread: Int
    /// Which of the values that a load may see.
    var alternative = 0
    var alternativeCount = 1
    /// For each thread, how many of its operations came necessarily before or with this one.
    var clock = SIMD4<UInt32>()
  }

  let isReduced: Bool
  private let forced: Schedule?
  private(set) var nodes: [Node] = []
  private(set) var depth = 0
  /// Nothing is left to be found on this way; it is only followed to its end.
  private(set) var isRedundant = false

  init(isReduced: Bool, forced: Schedule?) {
    self.isReduced = isReduced
    self.forced = forced
  }

  mutating func begin() {
    depth = 0
    isRedundant = false
  }

  /// The schedule of this execution so far.
  var schedule: Schedule {
    Schedule(steps: nodes[..<depth].map { .init(thread: $0.thread, alternative: $0.alternative) })
  }

  /// The thread that goes on: the chosen one, or where nothing was chosen yet preferably `running`.
  ///
  /// Nothing when this step was another one before: then the threads do not depend on their words alone.
  mutating func choose(_ enabled: Threads, _ pending: [Operation?], running: Int) -> Int? {
    if isRedundant { return first(of: enabled, preferring: running) }
    let (reads, writes) = masks(pending)
    if depth < nodes.count {
      let node = nodes[depth]
      return node.enabled == enabled && node.reads == reads && node.writes == writes ? node.thread : nil
    }
    let sleeping = depth == 0 ? 0 : sleepers(below: nodes[depth - 1])
    guard enabled & ~sleeping != 0 else {
      isRedundant = true
      return first(of: enabled, preferring: running)
    }
    var thread = first(of: enabled & ~sleeping, preferring: running)
    if let forced, depth < forced.steps.count { thread = forced.steps[depth].thread }
    nodes.append(
      Node(
        reads: reads, writes: writes, enabled: enabled, sleeping: sleeping,
        wanted: isReduced ? 1 << Threads(thread) : enabled, thread: thread))
    noteOrder()
    return thread
  }

  /// Which of `count` values the chosen thread's load sees.
  mutating func choose(of count: Int) -> Int {
    guard !isRedundant else { return 0 }
    if let forced, depth < forced.steps.count { nodes[depth].alternative = forced.steps[depth].alternative }
    nodes[depth].alternativeCount = max(1, count)
    return nodes[depth].alternative
  }

  mutating func didPerform() {
    if !isRedundant { depth += 1 }
  }

  /// Goes to the next execution; false when there is none.
  mutating func advance() -> Bool {
    guard forced == nil else { return false }
    while var node = nodes.popLast() {
      node.alternative += 1
      if node.alternative == node.alternativeCount {
        node.sleeping |= 1 << Threads(node.thread)
        node.alternative = 0
        node.alternativeCount = 1
        let left = node.wanted & ~node.sleeping
        guard left != 0 else { continue }
        node.thread = left.trailingZeroBitCount
      }
      nodes.append(node)
      noteOrder()
      return true
    }
    return false
  }

  private func first(of threads: Threads, preferring running: Int) -> Int {
    threads & (1 << Threads(running)) != 0 ? running : threads.trailingZeroBitCount
  }

  private func masks(_ pending: [Operation?]) -> (reads: SIMD4<UInt64>, writes: SIMD4<UInt64>) {
    var reads = SIMD4<UInt64>()
    var writes = SIMD4<UInt64>()
    for thread in pending.indices {
      reads[thread] = pending[thread]?.reads ?? 0
      writes[thread] = pending[thread]?.writes ?? 0
    }
    return (reads, writes)
  }

  /// Sleepers stay asleep until something happens that they depend on.
  private func sleepers(below node: Node) -> Threads {
    guard isReduced else { return 0 }
    var sleeping = node.sleeping
    for thread in 0..<threadLimit
    where Self.depend(
      node.reads[thread], node.writes[thread], node.reads[node.thread], node.writes[node.thread])
    {
      sleeping &= ~(1 << Threads(thread))
    }
    return sleeping & ~(1 << Threads(node.thread))
  }

  @inline(__always)
  static func depend(_ reads: UInt64, _ writes: UInt64, _ otherReads: UInt64, _ otherWrites: UInt64) -> Bool {
    writes & (otherReads | otherWrites) != 0 || reads & otherWrites != 0
  }
}

extension Tree {
  /// The clock of a thread's last operation so far.
  func lastClock(of thread: Int) -> SIMD4<UInt32> { lastClock(of: thread, before: depth) }

  private func lastClock(of thread: Int, before index: Int) -> SIMD4<UInt32> {
    for earlier in stride(from: index - 1, through: 0, by: -1) where nodes[earlier].thread == thread {
      return nodes[earlier].clock
    }
    return SIMD4()
  }

  /// Computes what came necessarily before the last node's operation, and for each operation that could as well have
  /// come after it, sees to it that this is explored.
  private mutating func noteOrder() {
    let index = nodes.count - 1
    let event = nodes[index]
    var clock = lastClock(of: event.thread, before: index)
    clock[event.thread] += 1
    var races: [Int] = []
    for earlier in stride(from: index - 1, through: 0, by: -1) where nodes[earlier].thread != event.thread {
      let other = nodes[earlier]
      guard other.clock[other.thread] > clock[other.thread] else { continue }
      guard
        Self.depend(
          other.reads[other.thread], other.writes[other.thread], event.reads[event.thread],
          event.writes[event.thread])
      else { continue }
      clock.join(other.clock)
      races.append(earlier)
    }
    nodes[index].clock = clock
    guard isReduced else { return }
    for earlier in races { want(index, before: earlier) }
  }

  /// Has one of the threads go on at `earlier` that lead to `index` coming before it.
  private mutating func want(_ index: Int, before earlier: Int) {
    let other = nodes[earlier]
    var firsts: Threads = 0
    var known: Threads = 0
    var between: [Int] = []
    for candidate in (earlier + 1)...index
    where candidate == index || nodes[candidate].clock[other.thread] < other.clock[other.thread] {
      let event = nodes[candidate]
      let bit: Threads = 1 << Threads(event.thread)
      let isFirst = known & bit == 0 && !between.contains { isOrdered($0, before: event) }
      if isFirst { firsts |= bit }
      known |= bit
      between.append(candidate)
    }
    guard firsts & other.wanted == 0 else { return }
    let possible = firsts & other.enabled
    guard possible != 0 else { return }
    nodes[earlier].wanted |= 1 << Threads(first(of: possible, preferring: nodes[index].thread))
  }

  private func isOrdered(_ index: Int, before event: Node) -> Bool {
    let thread = nodes[index].thread
    return nodes[index].clock[thread] <= event.clock[thread]
  }
}
