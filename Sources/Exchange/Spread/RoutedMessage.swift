import Orders
import Wire

/// A client's message on its way to an order core, or a word of the sessions core to one. 64 bytes.
struct RoutedMessage: BitwiseCopyable, Sendable {
  enum Kind: UInt8, BitwiseCopyable, Sendable {
    case enter
    case replace
    case cancel
    /// Give the bucket's orders away.
    case release
    /// Wait for a bucket's orders, and go on when they have come.
    case await
    /// Say how busy you were.
    case report
  }

  /// All but the message's bytes.
  struct Head: BitwiseCopyable, Sendable {
    var nanosecondsSinceMidnight: UInt64 = 0
    var kind: Kind
    var client: UInt8 = 0
    /// The group of buckets that is released or awaited.
    var group: UInt8 = 0
    /// Whether its client has an urgent message under way, maybe on the same order core, which may not have seen it yet.
    var followsUrgent = false
    /// Where the sessions core keeps the message until it is merged.
    var place: UInt32 = 0
  }

  var head: Head
  /// The message without its appendage, which an engine does not look at: 47 bytes at most.
  var words = MessageWords<6>()

  static let wordsOffset = MemoryLayout<Head>.size
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
    case .enter, .release, .await, .report: least
    }
  }
}
