import Orders
import Wire

/// A client's message on its way to an order core, or a word of the sessions core to one. 64 bytes.
struct RoutedMessage: BitwiseCopyable, Sendable {
  enum Kind: UInt8, BitwiseCopyable, Sendable {
    case enter
    case replace
    case cancel
    /// The client's number is a new client's from now on.
    case forget
    /// Give the bucket's orders away.
    case release
    /// Wait for a bucket's orders, and go on when they have come.
    case await
    /// Say how busy you were.
    case report
  }

  /// Words of the longest message without its appendage, which an engine does not look at: 47 bytes.
  static let wordCount = 6

  var nanosecondsSinceMidnight: UInt64 = 0
  var kind: Kind
  var client: UInt8 = 0
  /// The group of buckets that is released or awaited.
  var group: UInt8 = 0
  var byteCount: UInt8 = 0
  /// Where the sessions core keeps the message until it is merged.
  var place: UInt32 = 0
  var words = InlineArray<6, UInt64>(repeating: 0)

  /// The message's fixed part.
  var bytes: RawSpan {
    @inline(__always) @_lifetime(borrow self) get { words.span.bytes.extracting(0..<Int(byteCount)) }
  }
}

/// How urgent a routed message is on its order core: cancels before replaces before new orders.
enum MessageClass {
  static let count = 3
  /// What may not overtake anything: messages of a client that has others under way, and words of the sessions core.
  static let least = 2

  /// Of a client that has nothing else under way.
  @inline(__always)
  static func of(_ kind: RoutedMessage.Kind) -> Int {
    switch kind {
    case .cancel: 0
    case .replace: 1
    case .enter, .forget, .release, .await, .report: least
    }
  }
}

extension InlineArray<6, UInt64> {
  /// Copies the first bytes of a message, at most 48.
  @inline(__always)
  mutating func copy(_ message: RawSpan, byteCount: Int) {
    var offset = 0
    var word = 0
    while offset &+ 8 <= byteCount, word < 6 {
      self[word] = message.littleEndian(at: offset)
      offset &+= 8
      word &+= 1
    }
    guard offset < byteCount, word < 6 else { return }
    var rest: UInt64 = 0
    if byteCount >= 8 {
      // The last eight bytes in one piece; the first of them are in the word before.
      rest = message.littleEndian(at: byteCount &- 8, as: UInt64.self) &>> UInt64(8 &* (8 &- (byteCount &- offset)))
    } else {
      for index in 0..<byteCount { rest |= UInt64(message.byte(at: index)) &<< UInt64(8 &* index) }
    }
    self[word] = rest
  }
}
