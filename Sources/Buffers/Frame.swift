/// One Ethernet frame's buffer, owned: it comes from a `FramePool` and must go back to it.
///
/// Moving a frame moves the ownership of its memory; nothing is copied. Forgetting one is a bug that stops the
/// kernel, so a pool that balances is not a matter of testing alone.
@frozen @safe public struct Frame: ~Copyable {
  /// Room a device's own header takes in front of the frame (virtio-net: 12 bytes, Virtio 1.2, 5.1.6).
  public static let headroom = 16
  /// The longest frame: 14 bytes of Ethernet header and an MTU of 1,500.
  public static let capacity = 1514
  /// Memory per frame, so that no frame crosses a page.
  static let stride = 2048

  /// Which of its pool's buffers this is.
  public let index: Int
  private let memory: UnsafeMutableRawPointer
  /// How many bytes of the frame are valid, from the Ethernet destination address on.
  public private(set) var byteCount: Int

  init(index: Int, memory: UnsafeMutableRawPointer) {
    self.index = index
    unsafe self.memory = memory
    byteCount = 0
  }

  // Never true: a frame that is given back is discarded without coming here.
  deinit { precondition(index < 0, "a frame was dropped instead of being given back to its pool") }

  /// Ends the ownership; only the pool does this.
  consuming func release() { discard self }

  /// Says how many bytes are valid; at most `capacity`.
  public mutating func resize(to byteCount: Int) {
    precondition(byteCount >= 0 && byteCount <= Self.capacity, "frame longer than its buffer")
    self.byteCount = byteCount
  }

  /// The valid bytes.
  public var bytes: RawSpan {
    @_lifetime(borrow self) get {
      // SAFETY: the buffer holds `capacity` initialized bytes and belongs to this frame alone.
      unsafe _overrideLifetime(
        RawSpan(_unsafeStart: memory + Self.headroom, byteCount: byteCount), borrowing: self)
    }
  }

  /// The whole buffer, for writing a new frame; say with `resize(to:)` how much of it was written.
  public var buffer: MutableRawSpan {
    @_lifetime(&self) mutating get {
      // SAFETY: as above, and mutation needs exclusive access to the frame.
      unsafe _overrideLifetime(
        MutableRawSpan(_unsafeStart: memory + Self.headroom, byteCount: Self.capacity), mutating: &self)
    }
  }

  /// Where the frame's first byte lies, for a device; its own header may use `headroom` bytes before it.
  @unsafe public var deviceAddress: UnsafeMutableRawPointer { unsafe memory + Self.headroom }
}

// SAFETY: whoever has the frame has its memory, and nobody else; on whichever core that is.
extension Frame: @unchecked Sendable {}
