// Arrays of bytes as the raw spans that the kernel's modules read and write.

extension [UInt8] {
  var rawSpan: RawSpan {
    @_lifetime(borrow self) get {
      // SAFETY: bytes have no invalid values, and the span cannot outlive the array.
      unsafe span.bytes
    }
  }

  /// Lets `write` fill the array in place.
  mutating func fill(_ write: (inout MutableRawSpan) -> Void) {
    unsafe withUnsafeMutableBytes { buffer in
      // SAFETY: the buffer's bytes are initialized, and the span does not leave the closure.
      var span = unsafe MutableRawSpan(_unsafeBytes: buffer)
      write(&span)
    }
  }
}
