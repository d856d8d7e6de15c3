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

  /// Takes a place for a message; the caller has seen that there is one.
  @inline(__always)
  mutating func take(_ message: RawSpan) -> Int {
    let place = Int(firstFree)
    firstFree = places[place].nextFree
    freeCount &-= 1
    places[place].isTaken = true
    places[place].byteCount = UInt32(truncatingIfNeeded: message.byteCount)
    if message.byteCount <= Underway.mostBytes {
      places[place].words.copy(message, byteCount: message.byteCount)
    } else {
      keepLong(message)
    }
    return place
  }

  /// Gives a place back; what is in it stays until the next message is taken.
  @inline(__always)
  mutating func give(_ place: Int) {
    if places[place].byteCount > Underway.mostBytes { isLongTaken = false }
    places[place].isTaken = false
    places[place].nextFree = firstFree
    firstFree = UInt16(truncatingIfNeeded: place)
    freeCount &+= 1
  }

  /// Shows the message of a place, as it came.
  @inline(__always)
  func withMessage(at place: Int, _ body: (RawSpan) -> Void) {
    let byteCount = Int(places[place].byteCount)
    guard byteCount <= Underway.mostBytes else { return withLong(byteCount, body) }
    body(places[place].words.bytes(byteCount))
  }

  @inline(never)
  private mutating func keepLong(_ message: RawSpan) {
    isLongTaken = true
    long[0].copy(message, byteCount: message.byteCount)
  }

  @inline(never)
  private func withLong(_ byteCount: Int, _ body: (RawSpan) -> Void) {
    body(long[0].bytes(byteCount))
  }
}
