import Streams

/// Where a consumer is in a ring: its own position and a copy of the producer's, which it looks at again only when
/// that says empty. Whoever holds it sees to it that there is one for a consumer, and that it departs.
struct RingReader<Ring: RingReading>: Sendable {
  let ring: Ring
  /// The sequence number of the next message.
  private(set) var position: UInt64
  /// The producer's position as last seen: it is there or further.
  private var published: UInt64

  @inline(__always)
  init(_ ring: Ring, at position: UInt64) {
    self.ring = ring
    self.position = position
    published = position
  }

  /// Messages published; the producer may add some meanwhile.
  var count: Int {
    let end = ring.published(behind: position, wanted: UInt64(truncatingIfNeeded: ring.properties.capacity))
    return Int(truncatingIfNeeded: end &- position)
  }

  @inline(__always)
  mutating func poll() -> Poll<Ring.Message, Never> {
    switch sight() {
    case .full: break
    case .empty: return .pending
    case .over: return .ended
    }
    return .ready(take())
  }

  @inline(__always)
  mutating func inspect<Result>(_ body: (borrowing Ring.Message) -> Result) -> Result? {
    guard case .full = sight() else { return nil }
    return ring.inspect(at: position, body)
  }

  @inline(__always)
  mutating func drain(upTo limit: Int, _ receive: (consuming Ring.Message) -> Void) -> Int {
    if published &- position < UInt64(truncatingIfNeeded: max(0, limit)) { refresh(wanted: limit) }
    let taken = min(limit, Int(truncatingIfNeeded: published &- position))
    guard taken > 0 else { return 0 }
    ring.take(taken, at: position, receive)
    position &+= UInt64(truncatingIfNeeded: taken)
    ring.release(upTo: position)
    return taken
  }

  /// Whether there is a message to take, none yet, or none any more.
  @inline(__always)
  mutating func sight() -> Sight { position != published ? .full : lookAgain() }

  /// Whether there is a message to take; says nothing of whether more can come.
  @inline(__always)
  mutating func hasMessage() -> Bool {
    if position == published { refresh(wanted: 1) }
    return position != published
  }

  /// Whether `hasMessage` or `sight` has found a message that was not taken since.
  @inline(__always)
  var holdsMessage: Bool { position != published }

  /// Takes the next message; the caller has seen that there is one.
  @inline(__always)
  mutating func take() -> Ring.Message {
    let message = ring.take(at: position)
    position &+= 1
    ring.release(upTo: position)
    return message
  }

  enum Sight {
    case full
    case empty
    case over
  }

  @inline(__always)
  private mutating func lookAgain() -> Sight {
    refresh(wanted: 1)
    if position != published { return .full }
    guard ring.isProducerless else { return .empty }
    // What the producer pushed before it left is still to be taken.
    refresh(wanted: 1)
    return position != published ? .full : .over
  }

  @inline(__always)
  private mutating func refresh(wanted: Int) {
    published = ring.published(behind: position, wanted: UInt64(truncatingIfNeeded: wanted))
  }
}
