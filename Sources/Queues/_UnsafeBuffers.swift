/// The bytes of buffers. They are announced by where the buffer begins: every access is one to the whole buffer.
extension Records where Word: ~Copyable {
  /// What each buffer begins at a multiple of.
  static var bufferAlignment: Int { 64 }

  /// The first bytes of a buffer, which the caller must own, alone or with others.
  @inline(__always) @_lifetime(borrow self)
  func bytes(_ place: UInt64, byteCount: Int) -> RawSpan {
    precondition(byteCount >= 0 && byteCount <= payloadByteCount, "no such bytes")
    let start = unsafe payload(place, alignment: Self.bufferAlignment)
    Word.willRead(UInt(bitPattern: start))
    // SAFETY: the bytes lie in the payload, and are initialized for as long as the arena's memory lives.
    return unsafe _overrideLifetime(RawSpan(_unsafeStart: start, byteCount: byteCount), borrowing: self)
  }

  /// The first bytes of a buffer, which the caller must own alone.
  @inline(__always) @_lifetime(borrow self)
  func mutableBytes(_ place: UInt64, byteCount: Int) -> MutableRawSpan {
    precondition(byteCount >= 0 && byteCount <= payloadByteCount, "no such bytes")
    let start = unsafe payload(place, alignment: Self.bufferAlignment)
    Word.willWrite(UInt(bitPattern: start))
    // SAFETY: as above, and nobody else has a span of them.
    return unsafe _overrideLifetime(
      MutableRawSpan(_unsafeStart: start, byteCount: byteCount), borrowing: self)
  }
}
