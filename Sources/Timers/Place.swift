/// A slot of a timing wheel: one of 64 at one of eleven levels. A level is a digit of the time written to base 64.
struct Place: Equatable, BitwiseCopyable {
  /// Bits of a digit.
  private static var digit: UInt64 { 6 }
  private static var mask: UInt64 { 63 }
  static var levelCount: Int { 11 }
  static var slotCount: Int { levelCount << Int(digit) }

  /// The level times 64, and the slot in it.
  let number: Int

  @inline(__always)
  init(level: Int, slot: Int) { number = level &<< 6 | slot }

  /// Where a deadline belongs at a time that is not after it: at the highest level at which they differ.
  @inline(__always)
  init(of deadline: UInt64, at time: UInt64) {
    let highest = (deadline ^ time | 1).leadingZeroBitCount ^ 63
    // A sixth, for all numbers below 64.
    let level = UInt64(truncatingIfNeeded: (highest &* 43) &>> 8)
    number = Int(truncatingIfNeeded: level &<< Self.digit | deadline &>> (level &* Self.digit) & Self.mask)
  }

  @inline(__always) var level: Int { number &>> 6 }
  @inline(__always) var slot: Int { number & 63 }
  /// Whether all in the slot have one deadline.
  @inline(__always) var isExact: Bool { number <= Self.mask }

  /// When the slot begins in which a deadline lies.
  @inline(__always)
  func start(of deadline: UInt64) -> UInt64 {
    let shift = UInt64(truncatingIfNeeded: level) &* Self.digit
    return (deadline &>> shift) &<< shift
  }
}
