import Foundation
import InterleavingSupport
import Queues
import Streams
import Timing
import XCTest

/// Whether there is time for the large explorations.
let isLong = ProcessInfo.processInfo.environment["INTERLEAVINGS"] == "long"

/// Explores a queue and demands that nothing goes wrong: no race, no lasting wait, no failed expectation, and as many
/// messages ended as were made.
func exploreQueue<State: AnyObject>(
  _ name: String, words: [String] = [], setUp: () throws -> State, threads: [(State) -> Void],
  check: (State) -> Void = { _ in }, file: StaticString = #filePath, line: UInt = #line
) throws {
  let start = Date()
  let report = try explore(
    words: words,
    setUp: {
      Ledger.reset()
      return try setUp()
    }, threads: threads,
    check: { state in
      check(state)
      if let imbalance = Ledger.imbalance { ModelThread.expect(false, imbalance) }
    })
  let seconds = Date().timeIntervalSince(start)
  let time = String(format: "%.2f s", seconds)
  print("explored \(name): \(report.executions) executions, \(report.redundant) redundant, \(time)")
  XCTAssertTrue(report.isComplete, "\(name): \(report)", file: file, line: line)
}

extension Producer where Self: ~Copyable, Message: TestMessage {
  /// Pushes the values one by one, waiting for room.
  mutating func pushAll(_ values: ClosedRange<UInt64>) {
    for value in values {
      var message: Message? = Message(value)
      while let next = message.take() {
        message = push(next)
        if message != nil { ModelThread.pause() }
      }
    }
  }

  /// Pushes the values one by one; gives those that were accepted.
  mutating func pushSome(_ values: ClosedRange<UInt64>) -> [UInt64] {
    values.filter { push(Message($0)) == nil }
  }
}

extension Consumer where Self: ~Copyable, Message: TestMessage {
  /// Takes messages until there were `count` or the producers are gone, waiting for each.
  mutating func pollAll(_ count: Int = .max) -> [UInt64] {
    var values: [UInt64] = []
    while values.count < count {
      switch poll(at: .zero) {
      case .ready(let message): values.append(message.value)
      case .pending: ModelThread.pause()
      case .ended: return values
      }
    }
    return values
  }

  /// Looks `count` times; gives what there was.
  mutating func pollSome(_ count: Int) -> [UInt64] {
    var values: [UInt64] = []
    for _ in 0..<count {
      if case .ready(let message) = poll(at: .zero) { values.append(message.value) }
    }
    return values
  }
}

/// A consumer that can be woken.
protocol SleepingConsumer<Message>: Consumer, ~Copyable {
  mutating func armWakeup() -> Bool
}

extension SleepingConsumer where Self: ~Copyable, Message: TestMessage {
  /// Takes messages until the producers are gone, and sleeps while there are none.
  mutating func pollAllAsleep() -> [UInt64] { pollAsleep(.max) }

  /// Takes messages until there were `count` or the producers are gone, and sleeps while there are none.
  mutating func pollAsleep(_ count: Int) -> [UInt64] {
    var values: [UInt64] = []
    while values.count < count {
      switch poll(at: .zero) {
      case .ready(let message): values.append(message.value)
      case .pending: if !armWakeup() { ModelThread.park() }
      case .ended: return values
      }
    }
    return values
  }
}
