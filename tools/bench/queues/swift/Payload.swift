/// A message of the benchmark, made from a number.
protocol Payload: BitwiseCopyable, Sendable {
  init(_ value: UInt64)
  /// What a reader makes of it.
  var digest: UInt64 { get }
  /// The number, or nothing when not all of the message is made from it.
  var value: UInt64? { get }
}

extension UInt64: Payload {
  var digest: UInt64 { self }
  var value: UInt64? { self }
}

/// A message of a whole cache line: a number, eight times. A reader reads both ends.
struct Line: Payload {
  private let words: (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64)

  init(_ value: UInt64) { words = (value, value, value, value, value, value, value, value) }
  var digest: UInt64 { words.0 &+ words.7 }

  var value: UInt64? {
    let (a, b, c, d, e, f, g, h) = words
    return a == b && a == c && a == d && a == e && a == f && a == g && a == h ? a : nil
  }
}

/// A message that leaves room for one word in its cache line: a number, seven times. A reader reads both ends.
struct MostOfLine: Payload {
  private let words: (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64)

  init(_ value: UInt64) { words = (value, value, value, value, value, value, value) }
  var digest: UInt64 { words.0 &+ words.6 }

  var value: UInt64? {
    let (a, b, c, d, e, f, g) = words
    return a == b && a == c && a == d && a == e && a == f && a == g ? a : nil
  }
}

extension Payload {
  /// What the messages 0 to `count` - 1 come to.
  static func sum(below count: UInt64) -> UInt64 {
    let (half, other) = count % 2 == 0 ? (count / 2, count &- 1) : ((count &- 1) / 2, count)
    return Self(half &* other).digest
  }
}
