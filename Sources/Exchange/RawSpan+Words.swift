// Reading the words of a command line: keys, numbers, addresses, all by their place in the line.
import Wire

extension RawSpan {
  /// Whether the bytes of `range` are `text`.
  func equals(_ text: StaticString, _ range: Range<Int>) -> Bool {
    range.count == text.utf8CodeUnitCount && rest(of: range, behind: text) != nil
  }

  /// Where the rest of the word lies when it begins with `key`.
  func rest(of word: Range<Int>, behind key: StaticString) -> Range<Int>? {
    let key = key.bytes
    guard word.count >= key.byteCount else { return nil }
    for index in 0..<key.byteCount {
      guard key.byte(at: index) == byte(at: word.lowerBound + index) else { return nil }
    }
    return (word.lowerBound + key.byteCount)..<word.upperBound
  }

  /// Where `byte` is first found in `range`; the range's end when it is not.
  func end(of range: Range<Int>, before byte: UInt8) -> Int {
    var end = range.lowerBound
    while end < range.upperBound && self.byte(at: end) != byte { end += 1 }
    return end
  }

  /// Where the word ends at which `range` begins: at a space, a tab or the end of a line.
  func endOfWord(in range: Range<Int>) -> Int {
    var end = range.lowerBound
    while end < range.upperBound {
      switch byte(at: end) {
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"): return end
      default: end += 1
      }
    }
    return end
  }

  /// A decimal number of at least one digit and no more than `digits`, at the beginning of `range`.
  func number(_ range: Range<Int>, digits: Int = 3) -> (value: Int, end: Int)? {
    var value = 0
    var end = range.lowerBound
    while end < range.upperBound, end - range.lowerBound < digits,
      case let digit = byte(at: end), digit >= 0x30, digit <= 0x39
    {
      value = value * 10 + Int(digit - 0x30)
      end += 1
    }
    return end == range.lowerBound ? nil : (value, end)
  }

  /// A number that fills the whole of `range`.
  func wholeNumber(_ range: Range<Int>, digits: Int) -> Int? {
    guard let (value, end) = number(range, digits: digits), end == range.upperBound else { return nil }
    return value
  }

  /// An IPv4 address in dotted decimal; its first byte is the most significant.
  func address(_ range: Range<Int>) -> (address: UInt32, end: Int)? {
    var address: UInt32 = 0
    var start = range.lowerBound
    for part in 0..<4 {
      guard let (value, end) = number(start..<range.upperBound), value <= 255 else { return nil }
      address = address << 8 | UInt32(value)
      start = end
      if part < 3 {
        guard start < range.upperBound, byte(at: start) == UInt8(ascii: ".") else { return nil }
        start += 1
      }
    }
    return (address, start)
  }

  /// `ADDRESS/PREFIX`.
  func network(_ range: Range<Int>) -> (address: UInt32, prefix: Int)? {
    guard let (address, end) = address(range), end < range.upperBound, byte(at: end) == UInt8(ascii: "/"),
      let prefix = wholeNumber((end + 1)..<range.upperBound, digits: 3)
    else { return nil }
    return (address, prefix)
  }
}
