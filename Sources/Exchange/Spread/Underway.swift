import Buffers
import Orders
import Wire

/// A message that an order core has, as the sessions core keeps it until it is merged. 128 bytes.
struct Underway: BitwiseCopyable {
  /// Bytes a place holds; a longer message has a buffer of its own, and only one such is under way at a time.
  static let mostBytes = 96

  var nanosecondsSinceMidnight: UInt64 = 0
  /// The how-manieth message of its client it is.
  var number: UInt32 = 0
  /// The reference number it would use up; 0 for a cancel.
  var reference: UInt32 = 0
  var byteCount: UInt32 = 0
  /// The next free place.
  var nextFree: UInt16 = 0
  var client: UInt8 = 0
  var shard: UInt8 = 0
  var kind = RoutedMessage.Kind.cancel
  var isTaken = false
  var words = MessageWords<12>()
}

extension Underway {
  /// Takes over all but an appendage; the next free place.
  @inline(__always)
  fileprivate mutating func take(
    _ message: RawSpan, _ sent: RoutedMessage, sentByteCount: Int, number: UInt32, reference: UInt32,
    shard: Int
  ) -> UInt16 {
    nanosecondsSinceMidnight = sent.head.nanosecondsSinceMidnight
    self.number = number
    self.reference = reference
    byteCount = UInt32(truncatingIfNeeded: message.byteCount)
    client = sent.head.client
    self.shard = UInt8(truncatingIfNeeded: shard)
    kind = sent.head.kind
    isTaken = true
    words.copy(sent.words, byteCount: sentByteCount)
    return nextFree
  }

  @inline(__always)
  fileprivate var sender: (client: UInt8, number: UInt32) { (client, number) }

  @inline(__always)
  fileprivate mutating func give(
    nextFree: UInt16
  ) -> (message: (client: Int, reference: UInt32, nanosecondsSinceMidnight: UInt64), isLong: Bool) {
    isTaken = false
    self.nextFree = nextFree
    return ((Int(client), reference, nanosecondsSinceMidnight), byteCount > Underway.mostBytes)
  }
}

/// The places for messages under way: a fixed number, the one that was free last first.
struct UnderwayTable: ~Copyable {
  private static let none = UInt16.max

  var places: Table<Underway>
  private var firstFree: UInt16 = 0
  private(set) var freeCount: Int
  /// Bytes of the longest datagram.
  private var long: Table<MessageWords<184>>
  private var isLongTaken = false

  /// Context: boot.
  init(count: Int, in arena: inout Arena) throws(ArenaError) {
    precondition(count > 0 && count < Int(Self.none))
    let places = try Table(count: count, in: &arena) {
      Underway(nextFree: $0 + 1 < count ? UInt16($0 + 1) : Self.none)
    }
    let long = try Table(repeating: MessageWords<184>(), count: 1, in: &arena)
    self.places = places
    self.long = long
    freeCount = count
  }

  /// Whether there is a place for a message of that length.
  @inline(__always)
  func hasRoom(for byteCount: Int) -> Bool {
    freeCount > 0 && (byteCount <= Underway.mostBytes || !isLongTaken)
  }

  /// The place that is taken next, if there is one.
  @inline(__always)
  var nextPlace: Int { Int(firstFree) }

  /// Takes `nextPlace` for a message; the caller has seen that there is one.
  ///
  /// - Parameters:
  ///   - sent: the message without its appendage.
  ///   - sentByteCount: the length of that.
  @inline(__always)
  mutating func take(
    _ message: RawSpan, _ sent: RoutedMessage, sentByteCount: Int, number: UInt32, reference: UInt32,
    shard: Int
  ) {
    let place = nextPlace
    firstFree = places[place].take(
      message, sent, sentByteCount: sentByteCount, number: number, reference: reference, shard: shard)
    freeCount &-= 1
    if _slowPath(message.byteCount > sentByteCount) { keepWhole(message, at: place) }
  }

  /// Whose message it is, and the how-manieth of that client.
  @inline(__always)
  func sender(of place: Int) -> (client: Int, number: UInt32) {
    let message = places[place].sender
    return (Int(message.client), message.number)
  }

  /// Gives a place back; what is in it stays until the next message is taken.
  ///
  /// - Returns: what is known of the message.
  @inline(__always) @discardableResult
  mutating func give(_ place: Int) -> (client: Int, reference: UInt32, nanosecondsSinceMidnight: UInt64) {
    let nextFree = firstFree
    firstFree = UInt16(truncatingIfNeeded: place)
    freeCount &+= 1
    let (message, isLong) = places[place].give(nextFree: nextFree)
    if isLong { isLongTaken = false }
    return message
  }

  /// Shows the message of a place, as it came.
  @inline(__always)
  func withMessage(at place: Int, _ body: (RawSpan) -> Void) {
    let byteCount = Int(places[place].byteCount)
    guard byteCount <= Underway.mostBytes else { return withLong(byteCount, body) }
    body(places[place].words.bytes(byteCount))
  }

  @inline(never)
  private mutating func keepWhole(_ message: RawSpan, at place: Int) {
    guard message.byteCount > Underway.mostBytes else {
      return places[place].words.copy(message, byteCount: message.byteCount)
    }
    isLongTaken = true
    long[0].copy(message, byteCount: message.byteCount)
  }

  @inline(never)
  private func withLong(_ byteCount: Int, _ body: (RawSpan) -> Void) {
    body(long[0].bytes(byteCount))
  }
}
