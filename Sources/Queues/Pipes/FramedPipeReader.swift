/// The consuming end of a `FramedPipe`.
public struct FramedPipeReader<Word: SharedWord & ~Copyable>: ~Copyable {
  private var end: PipeLinkConsumer<Word>
  private let prefix: FramePrefix

  init(_ pipe: Pipe<Word>, _ prefix: FramePrefix) {
    end = PipeLinkConsumer(pipe)
    self.prefix = prefix
  }

  /// Bytes the pipe holds at most, prefixes included.
  public var capacity: Int { end.capacity }
  /// Bytes in the pipe, prefixes included; the writer may add some meanwhile.
  public var count: Int { end.count }
  /// Whether the writer is gone and every frame was consumed.
  public var hasEnded: Bool { mutating get { end.hasEnded } }

  /// The oldest frame where it lies, without its prefix, in one piece; nothing when there is none now. The same one
  /// until it is consumed, behind the scope that looks at it.
  @inline(__always) @_lifetime(&self)
  public mutating func frame() -> RawSpan? {
    guard end.hasBytes() else { return nil }
    let byteCount = end.pipe.ring.length(prefix, at: end.position)
    return end.pipe.ring.bytes(at: end.position, offset: prefix.byteCount, byteCount: byteCount)
  }

  /// Gives the place of the oldest frame back; traps when there is none.
  @inline(__always)
  public mutating func consumeFrame() {
    precondition(end.hasBytes(), "no frame to consume")
    end.consume(prefix.byteCount &+ end.pipe.ring.length(prefix, at: end.position))
  }

  /// Asks for the wake hook at the next frame. True when one is there already: take it first, and ask again.
  public mutating func armWakeup() -> Bool { end.armWakeup() }
}

/// An end belongs to whoever has it, on whichever core that is.
extension FramedPipeReader: Sendable where Word: ~Copyable {}
