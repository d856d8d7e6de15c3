import Synchronization

/// Counts messages that were made and that are gone, on any thread.
final class Ledger: Sendable {
  private let born = Atomic(0)
  private let gone = Atomic(0)

  func bear() { born.wrappingAdd(1, ordering: .relaxed) }
  func bury() { gone.wrappingAdd(1, ordering: .relaxed) }

  /// Messages that are somewhere still.
  var balance: Int { born.load(ordering: .relaxed) - gone.load(ordering: .relaxed) }
}

/// What the suite sends through a queue.
protocol RingMessage: ~Copyable {
  init(_ id: UInt64, _ ledger: Ledger)
  var id: UInt64 { get }
}

/// A message that there is once: it is in the ledger from when it is made until it is dropped.
struct LedgerToken: RingMessage, ~Copyable, Sendable {
  let id: UInt64
  private let ledger: Ledger

  init(_ id: UInt64, _ ledger: Ledger) {
    self.id = id
    self.ledger = ledger
    ledger.bear()
  }

  deinit { ledger.bury() }
}

/// A message that is copied: it is in the ledger until its last copy is gone.
struct SharedToken: RingMessage, Sendable {
  private final class Body: Sendable {
    let ledger: Ledger
    init(_ ledger: Ledger) {
      self.ledger = ledger
      ledger.bear()
    }
    deinit { ledger.bury() }
  }

  let id: UInt64
  private let body: Body

  init(_ id: UInt64, _ ledger: Ledger) {
    self.id = id
    body = Body(ledger)
  }
}

/// A message of bytes: 42 of them, so that it ends in the middle of a word, all telling the same number.
struct ByteMessage: RingMessage, BitwiseCopyable, Sendable {
  private let numbers: InlineArray<5, UInt64>
  private let check: UInt16

  init(_ id: UInt64, _ ledger: Ledger) { self.init(id) }

  init(_ id: UInt64) {
    numbers = InlineArray(repeating: id)
    check = UInt16(truncatingIfNeeded: id)
  }

  /// The number, or the largest when the message is torn.
  var id: UInt64 {
    for index in 0..<5 where numbers[index] != numbers[0] { return .max }
    return check == UInt16(truncatingIfNeeded: numbers[0]) ? numbers[0] : .max
  }
}
