/// One thing that can be measured: a queue, an operation, a size of messages.
struct Entry {
  let queue: String
  let operation: String
  let bytes: Int
  /// Handles so many messages.
  let body: (_ count: UInt64) -> Measurement

  var description: String {
    #"{"queue": "\#(queue)", "operation": "\#(operation)", "bytes": \#(bytes)}"#
  }

  /// Runs the body `repeats` times; as a JSON object the run that a quarter of all was faster than: the machine has
  /// other things to do, and not every run is disturbed.
  func measured(_ count: UInt64, repeats: Int) throws -> String {
    let measurements = (0..<repeats).map { _ in body(count) }.sorted { $0.nanoseconds < $1.nanoseconds }
    guard measurements.allSatisfy(\.isRight) else { throw WrongMessages(queue: queue, operation: operation) }
    let measurement = measurements[repeats / 4]
    return #"{"queue": "\#(queue)", "operation": "\#(operation)", "bytes": \#(bytes), "count": \#(count), "#
      + #""seconds": \#(measurement.seconds)}"#
  }
}

/// How long an operation took, and whether its messages were what was sent.
struct Measurement {
  let nanoseconds: Int64
  let isRight: Bool

  /// With nine decimals: a text as long as any other, since what allocates is counted by comparing runs.
  var seconds: String {
    let (seconds, fraction) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
    return "\(seconds).\(String(1_000_000_000 + fraction).dropFirst())"
  }
}

/// A queue lost, repeated or changed a message.
struct WrongMessages: Error, CustomStringConvertible {
  let queue: String
  let operation: String

  var description: String { "\(queue), \(operation): the messages that came out are not those that went in" }
}
