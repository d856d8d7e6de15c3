public import Streams
public import Timing

/// A consuming end of a ring that nobody else takes from. Every operation is wait-free.
public struct RingConsumer<Ring: RingReading>: Consumer, ~Copyable {
  public typealias Message = Ring.Message
  private var reader: RingReader<Ring>
  private let tenure: ReaderTenure<Ring>

  @inline(__always)
  init(_ placed: Placed<Ring>, at position: UInt64) {
    reader = RingReader(placed.value, at: position)
    tenure = ReaderTenure(placed)
  }

  public var capacity: Int { reader.ring.properties.capacity }

  /// Messages in the queue for this consumer; the producer may add some meanwhile.
  public var count: Int { reader.count }

  @inline(__always)
  public mutating func poll(at now: Instant) -> Poll<Message, Never> { reader.poll() }

  /// Takes up to `limit` messages, at most a batch of them, and gives their places back at once.
  ///
  /// - Returns: how many there were.
  @inline(__always)
  public mutating func drain(upTo limit: Int, _ receive: (consuming Message) -> Void) -> Int {
    reader.drain(upTo: min(limit, reader.ring.properties.batch), receive)
  }

  /// Shows the next message where it lies, and leaves it there; nothing when there is none.
  @inline(__always)
  public mutating func inspect<Result>(_ body: (borrowing Message) -> Result) -> Result? {
    reader.inspect(body)
  }

  /// Where the message lies that `inspect` has shown, until it is dropped. Traps when there is none.
  @inline(__always)
  public var place: RingPlace<Ring> {
    precondition(reader.holdsMessage, "nothing to look at")
    return RingPlace(ring: reader.ring, position: reader.position)
  }

  /// Drops the message that `inspect` has shown. Traps when there is none.
  @inline(__always)
  public mutating func drop() {
    precondition(reader.holdsMessage, "nothing to drop")
    _ = take()
  }

  /// Asks for the wake hook at the next message, or when the producer leaves. True when either has happened already:
  /// poll first, and ask again.
  public mutating func armWakeup() -> Bool {
    let ring = ring
    return ring.arm { sight() != .empty }
  }

  /// What is read.
  var ring: Ring { reader.ring }

  @inline(__always)
  mutating func hasMessage() -> Bool { reader.hasMessage() }

  /// Takes the next message; the caller has seen that there is one.
  @inline(__always)
  mutating func take() -> Message { reader.take() }

  /// Whether there is a message to take, none yet, or none any more.
  mutating func sight() -> RingReader<Ring>.Sight { reader.sight() }
}

/// An end belongs to whoever has it, on whichever core that is.
extension RingConsumer: Sendable where Ring.Message: Sendable {}
