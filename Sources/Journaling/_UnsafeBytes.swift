/// Whole ranges of bytes at once, which the standard library's spans do not offer yet.
extension MutableRawSpan {
  /// Sets the bytes of `range` to zero. Traps when it is not inside the span.
  @_lifetime(self: copy self)
  mutating func zero(_ range: Range<Int>) {
    precondition(range.lowerBound >= 0 && range.upperBound <= byteCount)
    // SAFETY: the range was just checked.
    unsafe withUnsafeMutableBytes { bytes in
      guard !range.isEmpty, let base = bytes.baseAddress else { return }
      unsafe (base + range.lowerBound).initializeMemory(as: UInt8.self, repeating: 0, count: range.count)
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
