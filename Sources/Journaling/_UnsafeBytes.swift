/// Whole ranges of bytes at once, which the standard library's spans do not offer yet.
extension MutableRawSpan {
  /// Sets the bytes of `range` to zero, 8 at a time. Traps when it is not inside the span.
  @_lifetime(self: copy self)
  mutating func zero(_ range: Range<Int>) {
    precondition(range.lowerBound >= 0 && range.upperBound <= byteCount)
    var offset = range.lowerBound
    while range.upperBound &- offset >= 8 {
      // SAFETY: 8 bytes are left in a range that was just checked.
      unsafe storeBytes(of: 0, toUncheckedByteOffset: offset, as: UInt64.self)
      offset &+= 8
    }
    while offset < range.upperBound {
      // SAFETY: as above, one byte.
      unsafe storeBytes(of: 0, toUncheckedByteOffset: offset, as: UInt8.self)
      offset &+= 1
    }
  }
}

extension RawSpan {
  /// Whether all bytes are zero. Complexity: O(n), 8 bytes at a time; the count must be a multiple of 8.
  var isZero: Bool {
    precondition(byteCount & 7 == 0)
    var offset = 0
    while offset < byteCount {
      // SAFETY: offset and count are multiples of 8, so 8 bytes are left.
      guard unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self) == 0 else {
        return false
      }
      offset &+= 8
    }
    return true
  }
}
