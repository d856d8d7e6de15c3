import Orders

/// What an order core tells the sessions core about a message: an answer to a client, an order that is over, that the
/// message is done with, or all of it at once. 88 bytes.
struct OrderReport: BitwiseCopyable, Sendable {
  /// The answer's length; 0 when it holds none.
  var byteCount: UInt8 = 0
  /// Whom the answer is for.
  var client: UInt8 = 0
  /// Whether it is the last of its message.
  var isLast = false
  var outcome = Outcome.ignored(.unknownOrder)
  /// The order that is over: its client and reference number; 0 when none is.
  var endedClient: UInt8 = 0
  var endedReference: UInt32 = 0
  /// The message, by the place the sessions core has for it; `mark` in what is about no message.
  var place: UInt32 = 0
  /// The answer.
  var words = MessageWords<9>()
}

extension OrderReport {
  /// The place of a report about a bucket's move.
  static let mark = UInt32.max

  /// All reports about messages of the buckets that are given away lie before this one.
  static var released: OrderReport { OrderReport(place: mark) }

  /// Only reports behind this one are about messages of the buckets that have come.
  static var arrived: OrderReport { OrderReport(isLast: true, place: mark) }

  /// Of a report about a move.
  var isArrival: Bool { isLast }
}

/// What an order core tells the sessions core beside its answers.
enum ShardNotice: Sendable {
  /// A part of a bucket that it gives away.
  case part(BucketPart)
  /// It has all orders of a group of buckets now, and stood still for so long.
  case adopted(pauseNanoseconds: UInt64)
  /// How long it was busy since boot, and how many messages it has applied.
  case work(busyNanoseconds: UInt64, messageCount: UInt64)
}
