// The fields of a message lie at fixed places inside a length that is checked once, for the message. Each access
// still checks its place against that length: both are constants, so the check costs nothing.

extension EncodableMessage {
  /// Writes one integer field of this message, most significant byte first.
  ///
  /// The caller, `encode`, has checked that there is room for `byteCount` bytes.
  @inline(__always)
  static func store<Value: FixedWidthInteger & BitwiseCopyable>(
    _ value: Value, at offset: Int, of bytes: inout MutableRawSpan
  ) {
    precondition(offset >= 0 && offset &+ MemoryLayout<Value>.size <= byteCount)
    // SAFETY: the field lies inside the first `byteCount` bytes, for which the caller has checked the room.
    unsafe bytes.storeBytes(of: value.bigEndian, toUncheckedByteOffset: offset, as: Value.self)
  }

  /// Writes a symbol.
  @inline(__always)
  static func store(_ symbol: Symbol, at offset: Int, of bytes: inout MutableRawSpan) {
    store(symbol.rawValue.byteSwapped, at: offset, of: &bytes)
  }

  /// Writes a client's order identifier.
  @inline(__always)
  static func store(_ identifier: ClientOrderID, at offset: Int, of bytes: inout MutableRawSpan) {
    store(identifier.first.byteSwapped, at: offset, of: &bytes)
    store(identifier.last.byteSwapped, at: offset &+ 6, of: &bytes)
  }
}
