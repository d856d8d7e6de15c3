/// Integers in network and device byte order, read from bytes. All offsets are in bytes, and checked.
extension RawSpan {
  /// Reads a big-endian integer; any alignment. Traps when it does not lie wholly inside the span.
  @inline(__always)
  public func bigEndian<Value: FixedWidthInteger & BitwiseCopyable>(
    at offset: Int, as type: Value.Type = Value.self
  ) -> Value {
    // SAFETY: bounds are checked by the load; every bit pattern is a valid integer.
    Value(bigEndian: unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: Value.self))
  }

  /// Reads a little-endian integer; any alignment. Traps when it does not lie wholly inside the span.
  @inline(__always)
  public func littleEndian<Value: FixedWidthInteger & BitwiseCopyable>(
    at offset: Int, as type: Value.Type = Value.self
  ) -> Value {
    // SAFETY: as above.
    Value(littleEndian: unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: Value.self))
  }

  /// Reads one byte. Traps outside the span.
  @inline(__always)
  public func byte(at offset: Int) -> UInt8 {
    // SAFETY: as above.
    unsafe unsafeLoad(fromByteOffset: offset, as: UInt8.self)
  }
}
