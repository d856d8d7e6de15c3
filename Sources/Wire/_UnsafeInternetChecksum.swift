// The summing loop of the internet checksum. Unsafe code lives here and not in InternetChecksum.swift: the range
// is checked once instead of at each load, which halves the instructions spent on a datagram.

/// Adds `b` and a carry to `a`; the second result is the carry out.
@inline(__always)
private func add(_ a: UInt64, _ b: UInt64, _ carry: Bool) -> (sum: UInt64, carry: Bool) {
  let (first, firstCarry) = a.addingReportingOverflow(b)
  let (second, secondCarry) = first.addingReportingOverflow(carry ? 1 : 0)
  return (second, firstCarry || secondCarry)
}

/// The end-around sum of `sum` and `byteCount` bytes at `offset`, in little-endian words.
///
/// Traps when the bytes do not lie inside the span.
@inline(__always)
func _sum(of bytes: RawSpan, at offset: Int, byteCount: Int, onto sum: UInt64) -> UInt64 {
  precondition(
    byteCount >= 0 && offset >= 0 && offset <= bytes.byteCount && byteCount <= bytes.byteCount &- offset,
    "checksum over bytes outside the span")
  // SAFETY: every load below lies in offset..<offset + byteCount, or, for the tail, in the eight bytes before the
  // end, which exist when the end is at least 8.
  func word(_ position: Int) -> UInt64 {
    unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: position, as: UInt64.self)
  }
  var sum = sum
  var position = offset
  let end = offset &+ byteCount
  while end &- position >= 32 {
    let (first, firstCarry) = add(sum, word(position), false)
    let (second, secondCarry) = add(first, word(position &+ 8), firstCarry)
    let (third, thirdCarry) = add(second, word(position &+ 16), secondCarry)
    let (fourth, fourthCarry) = add(third, word(position &+ 24), thirdCarry)
    sum = fourth &+ (fourthCarry ? 1 : 0)
    position &+= 32
  }
  while end &- position >= 8 {
    let (next, carry) = sum.addingReportingOverflow(word(position))
    sum = next &+ (carry ? 1 : 0)
    position &+= 8
  }
  guard position < end else { return sum }
  let tailByteCount = end &- position
  var tail: UInt64 = 0
  if end >= 8 {
    // The last eight bytes, without those that were added already.
    tail = word(end &- 8) &>> UInt64(truncatingIfNeeded: 64 &- 8 &* tailByteCount)
  } else {
    for index in 0..<tailByteCount {
      tail |= UInt64(bytes.byte(at: position &+ index)) &<< UInt64(truncatingIfNeeded: 8 &* index)
    }
  }
  let (total, carry) = sum.addingReportingOverflow(tail)
  return total &+ (carry ? 1 : 0)
}
