/// Processors by the identifiers of their local APICs, 0 to 254: 255 addresses all of them (Intel SDM 3A, 11.6.1).
public struct ProcessorSet: Sendable, Equatable {
  public static let identifiers: Range<Int> = 0..<255

  private var words: InlineArray<4, UInt64> = InlineArray(repeating: 0)

  public init() {}

  public static func == (one: ProcessorSet, other: ProcessorSet) -> Bool {
    for index in 0..<4 where one.words[index] != other.words[index] { return false }
    return true
  }

  public func contains(_ identifier: UInt8) -> Bool {
    words[Int(identifier) / 64] >> UInt64(identifier % 64) & 1 != 0
  }

  /// Identifier 255 is not taken in.
  public mutating func insert(_ identifier: UInt8) {
    guard Self.identifiers.contains(Int(identifier)) else { return }
    words[Int(identifier) / 64] |= 1 << UInt64(identifier % 64)
  }

  public mutating func remove(_ identifier: UInt8) {
    words[Int(identifier) / 64] &= ~(1 << UInt64(identifier % 64))
  }

  public var count: Int {
    var count = 0
    for index in 0..<4 { count += words[index].nonzeroBitCount }
    return count
  }

  /// Does something with each, the lowest first.
  public func forEach(_ body: (UInt8) -> Void) {
    for index in 0..<4 {
      var word = words[index]
      while word != 0 {
        body(UInt8(index * 64 + word.trailingZeroBitCount))
        word &= word &- 1
      }
    }
  }
}
