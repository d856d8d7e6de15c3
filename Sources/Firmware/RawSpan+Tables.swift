import Wire

extension RawSpan {
  /// Whether the bytes add up to zero, as those of all firmware's tables do.
  var hasZeroSum: Bool {
    var sum: UInt8 = 0
    for offset in 0..<byteCount { sum &+= byte(at: offset) }
    return sum == 0
  }

  /// Whether `text` stands at `offset`, wholly inside.
  func has(_ text: StaticString, at offset: Int = 0) -> Bool {
    let expected = text.bytes
    guard offset >= 0, expected.byteCount <= byteCount - offset else { return false }
    for index in 0..<expected.byteCount where byte(at: offset + index) != expected.byte(at: index) {
      return false
    }
    return true
  }

  /// Hands out the structures that follow each other from `offset` on, each with its type in its first byte and its length
  /// in its second. One that is too short for these two or longer than what is left ends the walk.
  func forEachStructure(from offset: Int, _ body: (_ type: UInt8, _ structure: RawSpan) -> Void) {
    var offset = offset
    while offset + 2 <= byteCount {
      let length = Int(byte(at: offset + 1))
      guard length >= 2, length <= byteCount - offset else { return }
      body(byte(at: offset), extracting(offset..<offset + length))
      offset += length
    }
  }
}
