import Wire

/// The bytes of a message in whole words, to be copied in registers.
struct MessageWords<let count: Int>: BitwiseCopyable, Sendable {
  private var words = InlineArray<count, UInt64> { _ in 0 }

  /// The first bytes. Traps when there are not so many.
  @inline(__always) @_lifetime(borrow self)
  func bytes(_ byteCount: Int) -> RawSpan {
    // SAFETY: every bit pattern of a word is bytes.
    unsafe words.span.bytes.extracting(0..<byteCount)
  }

  /// Lets all bytes be written.
  @inline(__always)
  mutating func write(_ body: (inout MutableRawSpan) -> Void) {
    var span = words.mutableSpan
    // SAFETY: every bit pattern is a word.
    var bytes = unsafe span.mutableBytes
    body(&bytes)
  }

  /// Copies the first bytes of shorter words, and what lies behind them in the last word.
  @inline(__always)
  mutating func copy<let otherCount: Int>(_ other: MessageWords<otherCount>, byteCount: Int) {
    var word = 0
    while 8 &* word < byteCount {
      words[word] = other.words[word]
      word &+= 1
    }
  }

  /// Copies the first bytes of a message; what lies behind them in the last word is anything.
  @inline(__always)
  mutating func copy(_ message: RawSpan, byteCount: Int) {
    var offset = 0
    var word = 0
    while offset &+ 8 <= byteCount {
      words[word] = message.littleEndian(at: offset)
      offset &+= 8
      word &+= 1
    }
    guard offset < byteCount else { return }
    if byteCount >= 8 {
      // The last eight bytes in one piece; the first of them are in the word before.
      let last: UInt64 = message.littleEndian(at: byteCount &- 8)
      words[word] = last &>> UInt64(truncatingIfNeeded: 8 &* (8 &- (byteCount &- offset)))
    } else {
      words[0] = 0
      for index in 0..<byteCount {
        words[word] |= UInt64(message.byte(at: index)) &<< UInt64(truncatingIfNeeded: 8 &* index)
      }
    }
  }
}
