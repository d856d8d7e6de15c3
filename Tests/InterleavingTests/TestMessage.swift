/// What the explored queues carry.
protocol TestMessage: ~Copyable {
  init(_ value: UInt64)
  var value: UInt64 { get }
}

/// A message that cannot be copied, and that the ledger knows.
struct Tracked: TestMessage, ~Copyable {
  let value: UInt64

  init(_ value: UInt64) {
    self.value = value
    Ledger.make(value)
  }

  deinit { Ledger.end(value) }
}

/// A message of two words, which shows when it is torn.
struct Wide: TestMessage, BitwiseCopyable {
  private let first: UInt64
  private let second: UInt64

  init(_ value: UInt64) {
    first = value
    second = ~value
  }

  /// Zero, which no message has, when the halves are of different messages.
  var value: UInt64 { second == ~first ? first : 0 }
}
