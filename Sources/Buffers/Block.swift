/// Memory for one transfer to or from a disk, owned: it comes from a `BlockPool` and must go back to it.
@frozen @safe public struct Block: ~Copyable {
  /// The unit a disk transfers (Virtio 1.2, 5.2.4), in bytes.
  public static let sectorByteCount = 512

  /// Which of its pool's blocks this is.
  public let index: Int
  /// The size of the memory, a multiple of `sectorByteCount`.
  public let byteCount: Int
  private let memory: UnsafeMutableRawPointer

  init(index: Int, memory: UnsafeMutableRawPointer, byteCount: Int) {
    self.index = index
    unsafe self.memory = memory
    self.byteCount = byteCount
  }

  // Never true: a block that is given back is discarded without coming here.
  deinit { precondition(index < 0, "a block was dropped instead of being given back to its pool") }

  /// Ends the ownership; only the pool does this.
  consuming func release() { discard self }

  /// All bytes, for reading.
  public var bytes: RawSpan {
    @_lifetime(borrow self) get {
      // SAFETY: the memory holds `byteCount` initialized bytes and belongs to this block alone.
      unsafe _overrideLifetime(RawSpan(_unsafeStart: memory, byteCount: byteCount), borrowing: self)
    }
  }

  /// All bytes, for writing.
  public var buffer: MutableRawSpan {
    @_lifetime(&self) mutating get {
      // SAFETY: as above, and mutation needs exclusive access to the block.
      unsafe _overrideLifetime(MutableRawSpan(_unsafeStart: memory, byteCount: byteCount), mutating: &self)
    }
  }

  /// Where the memory lies, for a device.
  @unsafe public var deviceAddress: UnsafeMutableRawPointer { unsafe memory }
}

// Its memory is its alone.
extension Block: @unchecked Sendable {}
