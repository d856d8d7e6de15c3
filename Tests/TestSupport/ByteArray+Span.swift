/// Arrays of bytes seen as the raw spans that the code under test takes.
extension [UInt8] {
  /// The bytes, for reading.
  public var rawBytes: RawSpan {
    // SAFETY: bytes have no padding.
    @_lifetime(borrow self) get { unsafe span.bytes }
  }

  /// Lends the bytes, for writing.
  public mutating func withRawBytes<Result>(_ body: (inout MutableRawSpan) -> Result) -> Result {
    // SAFETY: as above, and every bit pattern is a byte.
    unsafe withUnsafeMutableBytes {
      var bytes = unsafe MutableRawSpan(_unsafeBytes: $0)
      return body(&bytes)
    }
  }

  /// The bytes written as pairs of hexadecimal digits; spaces are skipped.
  public init(hex: String) {
    let digits = hex.filter { $0 != " " && $0 != "\n" }
    self = stride(from: 0, to: digits.count, by: 2).map { index in
      let start = digits.index(digits.startIndex, offsetBy: index)
      return UInt8(digits[start...].prefix(2), radix: 16)!
    }
  }
}
