public import Streams
public import Timing

/// The consuming end of a `PipeLink`: a stream of bytes, which can be read in runs, copied or in place.
public struct PipeLinkConsumer<Word: SharedWord & ~Copyable>: Consumer, ~Copyable {
  let pipe: Pipe<Word>
  private(set) var position: UInt64
  /// The producer's position as last seen: it is there or further.
  private var published: UInt64

  init(_ pipe: Pipe<Word>) {
    self.pipe = pipe
    position = pipe.properties.firstSequence
    published = pipe.properties.firstSequence
  }

  deinit { pipe.depart() }

  /// Bytes the pipe holds at most.
  public var capacity: Int { pipe.properties.capacity }

  /// Bytes in the pipe; the producer may add some meanwhile.
  public var count: Int {
    Int(truncatingIfNeeded: pipe.words[Pipe<Word>.published].loadAcquiring() &- position)
  }

  /// Whether the producer is gone and everything was taken: what has ended once stays so.
  public var hasEnded: Bool { mutating get { !hasBytes() && pipe.hasOtherDeparted && !look() } }

  /// Takes one byte.
  @inline(__always)
  public mutating func poll(at now: Instant) -> Poll<UInt8, Never> {
    if !hasBytes() {
      guard pipe.hasOtherDeparted else { return .pending }
      // What was written before the producer left is still to be taken.
      guard look() else { return .ended }
    }
    let byte = pipe.ring.byte(at: position)
    publish(consumed: 1)
    return .ready(byte)
  }

  /// Copies the next bytes out, as many as are there and fit, and gives their places back at once.
  ///
  /// - Returns: how many.
  @inline(__always)
  public mutating func read(into target: inout MutableRawSpan) -> Int {
    let taken = min(target.byteCount, readableCount(atLeast: target.byteCount))
    guard taken > 0 else { return 0 }
    let front = min(taken, pipe.ring.contiguousByteCount(at: position))
    pipe.ring.copy(at: position, byteCount: front, into: &target, at: 0)
    if front < taken {
      let rest = position &+ UInt64(truncatingIfNeeded: front)
      pipe.ring.copy(at: rest, byteCount: taken &- front, into: &target, at: front)
    }
    publish(consumed: taken)
    return taken
  }

  /// The next bytes where they lie, to be consumed when they have been looked at, behind the scope that looks at them:
  /// empty when there are none; where the ring wraps, the rest of them comes after that.
  @inline(__always) @_lifetime(&self)
  public mutating func bytes() -> RawSpan {
    let contiguous = pipe.ring.contiguousByteCount(at: position)
    let readable = min(contiguous, readableCount(atLeast: contiguous))
    return pipe.ring.bytes(at: position, byteCount: readable)
  }

  /// Gives the places of the next `byteCount` bytes back, looked at or not; more than are known to be there trap.
  @inline(__always)
  public mutating func consume(_ byteCount: Int) {
    precondition(
      byteCount >= 0 && UInt64(truncatingIfNeeded: byteCount) <= published &- position, "more than was given")
    if byteCount > 0 { publish(consumed: byteCount) }
  }

  /// Asks for the wake hook at the next byte. True when one is there already: take it first, and ask again.
  public mutating func armWakeup() -> Bool {
    let pipe = pipe
    return pipe.sleepers.arm(0) { look() || pipe.hasOtherDeparted }
  }

  @inline(__always)
  mutating func hasBytes() -> Bool { position != published || look() }

  /// Bytes there are as far as is known, looking again when those are fewer than `count`.
  @inline(__always)
  mutating func readableCount(atLeast count: Int) -> Int {
    if published &- position < UInt64(truncatingIfNeeded: count) { _ = look() }
    return Int(truncatingIfNeeded: published &- position)
  }

  @inline(__always)
  private mutating func look() -> Bool {
    published = pipe.words[Pipe<Word>.published].loadAcquiring()
    return position != published
  }

  @inline(__always)
  private mutating func publish(consumed byteCount: Int) {
    position &+= UInt64(truncatingIfNeeded: byteCount)
    pipe.words[Pipe<Word>.consumed].storeReleasing(position)
  }
}

/// An end belongs to whoever has it, on whichever core that is.
extension PipeLinkConsumer: Sendable where Word: ~Copyable {}
