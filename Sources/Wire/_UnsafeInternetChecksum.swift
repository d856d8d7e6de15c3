// The summing loop of the internet checksum. Unsafe code lives here and not in InternetChecksum.swift: the range
// is checked once instead of at each load.

/// Adds `b` and a carry of 0 or 1 to `a`. Written so that four of them become one chain of `adc`.
@inline(__always)
func _addWithCarry(_ a: UInt64, _ b: UInt64, _ carry: UInt64) -> (sum: UInt64, carry: UInt64) {
  let (first, firstCarry) = a.addingReportingOverflow(b)
  let (second, secondCarry) = first.addingReportingOverflow(carry)
  return (second, (firstCarry ? 1 : 0) | (secondCarry ? 1 : 0))
}

/// The eight bytes at `position`, unchecked.
@inline(__always)
func _uncheckedWord(_ bytes: RawSpan, _ position: Int) -> UInt64 {
  // SAFETY: the caller answers for the range.
  unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: position, as: UInt64.self)
}

/// The end-around sum of `sum` and `byteCount` bytes at `offset`, in little-endian words.
///
/// Traps when the bytes do not lie inside the span.
@inline(__always)
func _sum(of bytes: RawSpan, at offset: Int, byteCount: Int, onto sum: UInt64) -> UInt64 {
  precondition(
    byteCount >= 0 && offset >= 0 && offset <= bytes.byteCount && byteCount <= bytes.byteCount &- offset,
    "checksum over bytes outside the span")
  // SAFETY: the range was just checked.
  return unsafe _uncheckedSum(of: bytes, at: offset, byteCount: byteCount, onto: sum)
}

/// As `_sum`, for bytes known to lie inside the span.
@unsafe @inline(__always)
func _uncheckedSum(of bytes: RawSpan, at offset: Int, byteCount: Int, onto sum: UInt64) -> UInt64 {
  // SAFETY: every load below lies in offset..<offset + byteCount, or, for the tail, in the eight bytes before the
  // end, which exist when the end is at least 8.
  var sum = sum
  var position = offset
  // How many bytes are left, less 32; its low five bits are those of what is left after the loop.
  var excess = byteCount &- 32
  while excess >= 0 {
    let (first, firstCarry) = _addWithCarry(sum, _uncheckedWord(bytes, position), 0)
    let (second, secondCarry) = _addWithCarry(first, _uncheckedWord(bytes, position &+ 8), firstCarry)
    let (third, thirdCarry) = _addWithCarry(second, _uncheckedWord(bytes, position &+ 16), secondCarry)
    let (fourth, fourthCarry) = _addWithCarry(third, _uncheckedWord(bytes, position &+ 24), thirdCarry)
    sum = fourth &+ fourthCarry
    position &+= 32
    excess &-= 32
  }
  if excess & 16 != 0 {
    let (first, firstCarry) = _addWithCarry(sum, _uncheckedWord(bytes, position), 0)
    let (second, secondCarry) = _addWithCarry(first, _uncheckedWord(bytes, position &+ 8), firstCarry)
    sum = second &+ secondCarry
    position &+= 16
  }
  if excess & 8 != 0 {
    let (next, carry) = _addWithCarry(sum, _uncheckedWord(bytes, position), 0)
    sum = next &+ carry
  }
  if excess & 7 != 0 {
    let (next, carry) = _addWithCarry(sum, _tailWord(bytes, end: offset &+ byteCount, byteCount: excess), 0)
    sum = next &+ carry
  }
  return sum
}

/// The last `byteCount` modulo 8 bytes before `end` as a word, the rest of it zero.
@inline(__always)
func _tailWord(_ bytes: RawSpan, end: Int, byteCount: Int) -> UInt64 {
  guard end >= 8 else { return _earlyTailWord(bytes, end: end, byteCount: byteCount & 7) }
  // The last eight bytes, without those before the tail; the shift's distance is taken modulo 64.
  return _uncheckedWord(bytes, end &- 8) &>> UInt64(truncatingIfNeeded: 0 &- byteCount &* 8)
}

/// As `_tailWord`, where there are no eight bytes before the end.
@inline(never)
func _earlyTailWord(_ bytes: RawSpan, end: Int, byteCount: Int) -> UInt64 {
  var word: UInt64 = 0
  for distance in 1...byteCount { word = word << 8 | UInt64(bytes.byte(at: end &- distance)) }
  return word
}
