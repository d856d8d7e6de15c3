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

  /// Runs the body; the result as a JSON object.
  func measured(_ count: UInt64) throws -> String {
    let measurement = body(count)
    guard measurement.isRight else { throw WrongMessages(queue: queue, operation: operation) }
    return #"{"queue": "\#(queue)", "operation": "\#(operation)", "bytes": \#(bytes), "count": \#(count), "#
      + #""seconds": \#(measurement.seconds)}"#
  }
}

/// How long an operation took, and whether its messages were what was sent.
struct Measurement {
  let seconds: Double
  let isRight: Bool
}

/// A queue lost, repeated or changed a message.
struct WrongMessages: Error, CustomStringConvertible {
  let queue: String
  let operation: String

  var description: String { "\(queue), \(operation): the messages that came out are not those that went in" }
}
