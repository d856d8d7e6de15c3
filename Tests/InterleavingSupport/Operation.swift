/// What a thread is about to do to what it shares with the others.
struct Operation {
  enum Kind {
    case load, loadAcquiring, store, storeReleasing, exchange, add, compareExchange, fence
    /// Waits until a word that this thread has read since its last pause has a newer value than it read first.
    case pause
    /// Waits until another thread wakes this one.
    case park
    case wake
  }

  let kind: Kind
  /// The word, or one of the locations in `Location` that stand for something else.
  let location: Int
  let value: UInt64
  let expected: UInt64
  /// Locations it depends on, one bit each, and those that others depend on because of it.
  var reads: UInt64
  var writes: UInt64

  init(_ kind: Kind, on location: Int, _ value: UInt64 = 0, expected: UInt64 = 0) {
    self.kind = kind
    self.location = location
    self.value = value
    self.expected = expected
    let mask: UInt64 = 1 << UInt64(location)
    switch kind {
    case .load, .loadAcquiring: (reads, writes) = (mask, 0)
    // Two wake-ups of one thread are one, whichever came first.
    case .wake: (reads, writes) = (mask, 0)
    default: (reads, writes) = (mask, mask)
    }
  }

  /// A pause depends on the words it waits for.
  static func pause(awaiting words: UInt64) -> Operation {
    var operation = Operation(.pause, on: Location.fences)
    (operation.reads, operation.writes) = (words, 0)
    return operation
  }
}

/// Places that operations meet at. The words come first.
enum Location {
  /// Words that one exploration can have.
  static var wordLimit: Int { 58 }
  /// A thread's wake-up token.
  static func token(of thread: Int) -> Int { wordLimit + thread }
  /// The order of the sequentially consistent fences.
  static var fences: Int { 63 }
}

/// Threads that one exploration can have.
let threadLimit = 4

extension Operation {
  var isLoad: Bool {
    switch kind {
    case .load, .loadAcquiring, .exchange, .add, .compareExchange: true
    default: false
    }
  }

  /// Whether it may read what another store has already replaced. A compare-exchange may, when it fails.
  var mayReadOlder: Bool {
    switch kind {
    case .load, .loadAcquiring, .compareExchange: true
    default: false
    }
  }

  /// What the word holds afterwards; nothing when it stays what it was.
  func newValue(from old: UInt64) -> UInt64? {
    switch kind {
    case .store, .storeReleasing, .exchange: value
    case .add: old &+ value
    case .compareExchange: old == expected ? value : nil
    default: nil
    }
  }
}
