/// One line of a trace.
struct LogEntry {
  enum Event {
    /// What was done, what it read, and by how many stores that was older than the latest.
    case operation(Operation, value: UInt64, age: Int)
    case access(number: Int, isWrite: Bool)
  }

  let thread: Int
  let event: Event

  func line(_ words: [String]) -> String {
    switch event {
    case .access(let number, let isWrite):
      "thread \(thread)  \(isWrite ? "writes" : "reads") plain memory \(number)"
    case .operation(let operation, let value, let age):
      "thread \(thread)  \(operation.text(words, value))"
        + (age == 0 ? "" : "  (\(age) older than the latest)")
    }
  }
}

extension Operation {
  fileprivate func text(_ words: [String], _ read: UInt64) -> String {
    let word = location < words.count ? words[location] : "word \(location)"
    return switch kind {
    case .load: "load \(word), relaxed: \(Self.text(read))"
    case .loadAcquiring: "load \(word), acquire: \(Self.text(read))"
    case .store: "store \(word), relaxed: \(Self.text(value))"
    case .storeReleasing: "store \(word), release: \(Self.text(value))"
    case .exchange: "exchange \(word), acquire and release: \(Self.text(read)) -> \(Self.text(value))"
    case .add: "add \(word), acquire and release: \(Self.text(read)) -> \(Self.text(read &+ value))"
    case .compareExchange:
      "compare-exchange \(word), acquire and release: \(Self.text(read)), expected \(Self.text(expected))"
        + (read == expected ? " -> \(Self.text(value))" : ", not exchanged")
    case .fence: "fence, sequentially consistent"
    case .pause: "goes on after a pause"
    case .park: "wakes up"
    case .wake: "wakes thread \(location - Location.wordLimit)"
    }
  }

  /// Numbers next to the wrap are read more easily from there.
  private static func text(_ value: UInt64) -> String { value > .max - 1000 ? "-\(0 &- value)" : "\(value)" }
}
