extension RawSpan {
  /// One byte; traps out of bounds.
  func byte(at index: Int) -> UInt8 {
    // SAFETY: the index is checked there, and every bit pattern is a byte.
    unsafe unsafeLoad(fromByteOffset: index, as: UInt8.self)
  }
}

extension MutableRawSpan {
  /// Writes one byte; traps out of bounds.
  mutating func setByte(_ value: UInt8, at index: Int) {
    storeBytes(of: value, toByteOffset: index, as: UInt8.self)
  }
}
