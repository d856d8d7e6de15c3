/// The memory of a machine with acquire and release: each word is the history of its stores, and each thread has a view
/// of how far it can not look behind.
///
/// The histories grow in the order of execution. So what a processor does that lets a load run behind a later store of
/// its own thread, or an older store win over a newer one, is not in this model; nor is it in any x86.
struct Memory {
  struct Store {
    let value: UInt64
    /// The thread and how many operations it had done; none for what was there at the start.
    let thread: Int
    let step: UInt32
    /// What an acquiring load of this store learns.
    let message: View
  }

  struct ThreadState {
    var view = View()
    /// What its relaxed loads have read, learnt at the next fence.
    var acquirable = View()
    /// Its view at the last fence, which its relaxed stores tell.
    var released = View()
    /// Words read since the last pause, one bit each, and the store that was read first of each.
    var awaited: UInt64 = 0
    var awaitedSince = StoreNumbers()
    var hasToken = false
  }

  private(set) var wordCount = 0
  var histories: [[Store]] = []
  var threads: [ThreadState] = []
  var plain = PlainMemory()
  var fenced = StoreNumbers()

  /// Forgets all words.
  mutating func reset() {
    wordCount = 0
    plain.reset()
  }

  mutating func addWord(_ value: UInt64) -> Int {
    precondition(wordCount < Location.wordLimit, "an exploration has \(Location.wordLimit) words at most")
    if histories.count == wordCount { histories.append([]) }
    wordCount += 1
    setAlone(wordCount - 1, value)
    return wordCount - 1
  }

  /// Makes what the words hold their history's beginning.
  mutating func begin(threadCount: Int) {
    for word in 0..<wordCount { setAlone(word, latest(word).value) }
    threads.removeAll(keepingCapacity: true)
    for thread in 0..<threadCount {
      var state = ThreadState()
      state.view.clock[thread] = 1
      threads.append(state)
    }
    fenced = StoreNumbers()
  }

  func latest(_ word: Int) -> Store { histories[word][histories[word].count - 1] }

  /// While there are no threads.
  mutating func performAlone(_ operation: Operation) -> UInt64 {
    guard operation.location < Location.wordLimit else { return 0 }
    let old = latest(operation.location).value
    if let new = operation.newValue(from: old) { setAlone(operation.location, new) }
    return old
  }

  private mutating func setAlone(_ word: Int, _ value: UInt64) {
    histories[word].removeAll(keepingCapacity: true)
    histories[word].append(Store(value: value, thread: -1, step: 0, message: View()))
  }

  /// Whether a thread can go on with an operation that may have to wait.
  func isEnabled(_ operation: Operation, by thread: Int) -> Bool {
    switch operation.kind {
    case .park: threads[thread].hasToken
    case .pause: hasNews(for: thread)
    default: true
    }
  }

  private func hasNews(for thread: Int) -> Bool {
    var words = threads[thread].awaited
    while words != 0 {
      let word = words.trailingZeroBitCount
      words &= words - 1
      if threads[thread].awaitedSince[word] < histories[word].count - 1 { return true }
    }
    return false
  }
}
