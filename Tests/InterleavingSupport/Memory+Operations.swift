extension Memory {
  /// Numbers of the stores that this operation may read, the latest first; empty when it reads none.
  ///
  /// - Parameter isKnown: whether the thread's previous operation came necessarily after that store. A load that could
  ///   as well have run before the next store need not see an older one after it: that is another interleaving.
  func readable(
    _ operation: Operation, by thread: Int, into numbers: inout [Int], isKnown: (Store) -> Bool
  ) {
    numbers.removeAll(keepingCapacity: true)
    guard operation.isLoad else { return }
    let history = histories[operation.location]
    numbers.append(history.count - 1)
    guard operation.mayReadOlder else { return }
    let floor = threads[thread].view.seen[operation.location]
    for number in stride(from: history.count - 2, through: floor, by: -1) where isKnown(history[number + 1]) {
      if operation.kind == .compareExchange, history[number].value == operation.expected { continue }
      numbers.append(number)
    }
  }

  /// Performs an operation that reads store `number` of its word, if it reads; gives the value read.
  mutating func perform(_ operation: Operation, by thread: Int, reading number: Int, step: UInt32) -> UInt64 {
    var value: UInt64 = 0
    switch operation.kind {
    case .fence: fence(thread)
    case .pause: pause(thread)
    case .park: threads[thread].hasToken = false
    case .wake: threads[operation.location - Location.wordLimit].hasToken = true
    case .store, .storeReleasing: store(operation, operation.value, by: thread, step: step)
    case .load, .loadAcquiring: value = read(operation, number, by: thread)
    case .exchange, .add, .compareExchange: value = update(operation, by: thread, reading: number, step: step)
    }
    // Plain accesses from here on are not what a release up to here has told.
    threads[thread].view.clock[thread] += 1
    return value
  }

  private mutating func read(_ operation: Operation, _ number: Int, by thread: Int) -> UInt64 {
    let word = operation.location
    let store = histories[word][number]
    threads[thread].view.seen[word] = number
    noteRead(word, number, by: thread)
    if operation.kind == .load {
      threads[thread].acquirable.join(store.message)
    } else {
      threads[thread].view.join(store.message)
    }
    return store.value
  }

  private mutating func noteRead(_ word: Int, _ number: Int, by thread: Int) {
    let bit: UInt64 = 1 << UInt64(word)
    guard threads[thread].awaited & bit == 0 else { return }
    threads[thread].awaited |= bit
    threads[thread].awaitedSince[word] = number
  }

  private mutating func store(
    _ operation: Operation, _ value: UInt64, by thread: Int, continuing: View? = nil, step: UInt32
  ) {
    let number = histories[operation.location].count
    threads[thread].view.seen[operation.location] = number
    // What a thread stores itself is no news to it.
    if threads[thread].awaitedSince[operation.location] == number - 1 {
      threads[thread].awaitedSince[operation.location] = number
    }
    var message = operation.kind == .store ? threads[thread].released : threads[thread].view
    message.seen[operation.location] = number
    if let continuing { message.join(continuing) }
    let store = Store(value: value, thread: thread, step: step, message: message)
    histories[operation.location].append(store)
  }

  /// Read-modify-write: what it stores also tells what the store it read told.
  private mutating func update(
    _ operation: Operation, by thread: Int, reading number: Int, step: UInt32
  ) -> UInt64 {
    let told = histories[operation.location][number].message
    let old = read(operation, number, by: thread)
    if let new = operation.newValue(from: old) {
      store(operation, new, by: thread, continuing: told, step: step)
    }
    return old
  }

  /// Sequentially consistent: sees what fences before it saw, and hands on what it sees. It makes no plain access
  /// happen before another by itself; with relaxed loads and stores around it, it acquires and releases.
  private mutating func fence(_ thread: Int) {
    threads[thread].view.join(threads[thread].acquirable)
    threads[thread].view.seen.join(fenced)
    fenced = threads[thread].view.seen
    threads[thread].released = threads[thread].view
  }

  /// A store becomes visible in the end: whoever waits for one sees the latest of all words it looked at.
  private mutating func pause(_ thread: Int) {
    var words = threads[thread].awaited
    threads[thread].awaited = 0
    while words != 0 {
      let word = words.trailingZeroBitCount
      words &= words - 1
      threads[thread].view.seen[word] = histories[word].count - 1
    }
  }
}
