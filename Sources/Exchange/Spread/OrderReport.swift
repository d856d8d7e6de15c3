import Orders

/// What an order core tells the sessions core about a message: an answer to a client, an order that is over, that the
/// message is done with, or all of it at once. 88 bytes.
struct OrderReport: BitwiseCopyable, Sendable {
  /// What it says beside the answer.
  struct Head: BitwiseCopyable, Sendable {
    /// Whether there is an answer.
    var hasAnswer = false
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
  }

  var head = Head()
  /// The answer, as it lies in its client's stream: behind its length. It comes last.
  var block = MessageWords<9>()

  static let blockByteCount = MemoryLayout<MessageWords<9>>.size
}

extension OrderReport {
  /// The place of a report about a bucket's move.
  static let mark = UInt32.max

  /// All reports about messages of the buckets that are given away lie before this one.
  static var released: OrderReport { OrderReport(head: Head(place: mark)) }

  /// Only reports behind this one are about messages of the buckets that have come.
  static var arrived: OrderReport { OrderReport(head: Head(isLast: true, place: mark)) }

  /// Of a report about a move.
  var isArrival: Bool { head.isLast }
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
