/// Integers in network and device byte order, written to bytes. All offsets are in bytes, and checked.
extension MutableRawSpan {
  /// Writes a big-endian integer; any alignment. Traps when it does not fit inside the span.
  @inline(__always) @_lifetime(self: copy self)
  public mutating func storeBigEndian<Value: FixedWidthInteger & BitwiseCopyable>(
    _ value: Value, at offset: Int
  ) {
    storeBytes(of: value.bigEndian, toByteOffset: offset, as: Value.self)
  }

  /// Writes a little-endian integer; any alignment. Traps when it does not fit inside the span.
  @inline(__always) @_lifetime(self: copy self)
  public mutating func storeLittleEndian<Value: FixedWidthInteger & BitwiseCopyable>(
    _ value: Value, at offset: Int
  ) {
    storeBytes(of: value.littleEndian, toByteOffset: offset, as: Value.self)
  }
}
