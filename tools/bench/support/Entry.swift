/// One thing that can be measured: an operation of something with a name, at some size.
public struct Entry {
  public let name: String
  public let operation: String
  public let size: Int
  /// Does so many operations.
  private let body: (_ count: UInt64) -> Measurement

  public init(name: String, operation: String, size: Int, body: @escaping (_ count: UInt64) -> Measurement) {
    self.name = name
    self.operation = operation
    self.size = size
    self.body = body
  }

  var description: String { "{\(fields)}" }

  private var fields: String { #""name": "\#(name)", "operation": "\#(operation)", "size": \#(size)"# }

  /// Runs the body `repeats` times; as a JSON object the run that a quarter of all was faster than: the machine has
  /// other things to do, and not every run is disturbed.
  func measured(_ count: UInt64, repeats: Int) throws -> String {
    let measurements = (0..<repeats).map { _ in body(count) }.sorted { $0.nanoseconds < $1.nanoseconds }
    guard measurements.allSatisfy(\.isRight) else { throw WrongResult(name: name, operation: operation) }
    return "{\(fields), \"count\": \(count), \"seconds\": \(measurements[repeats / 4].seconds)}"
  }
}

/// How long an operation took, and whether it did what it should.
public struct Measurement {
  let nanoseconds: Int64
  let isRight: Bool

  public init(nanoseconds: Int64, isRight: Bool) {
    self.nanoseconds = nanoseconds
    self.isRight = isRight
  }

  /// With nine decimals: a text as long as any other, since what allocates is counted by comparing runs.
  var seconds: String {
    let (seconds, fraction) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
    return "\(seconds).\(String(1_000_000_000 + fraction).dropFirst())"
  }
}

/// A queue lost, repeated or changed a message, or a timer.
struct WrongResult: Error, CustomStringConvertible {
  let name: String
  let operation: String

  var description: String { "\(name), \(operation): what came out is not what went in" }
}
