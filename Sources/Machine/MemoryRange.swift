/// A piece of the physical address space.
public struct MemoryRange: Sendable {
  public var start: UInt
  public var byteCount: UInt
  public var isUsable: Bool

  static let none = MemoryRange(start: 0, byteCount: 0, isUsable: false)

  /// The part of the range that lies between `low` and `high`.
  func clipped(from low: UInt, to high: UInt) -> MemoryRange {
    let (sum, overflow) = start.addingReportingOverflow(byteCount)
    let clippedStart = max(start, low)
    let clippedEnd = min(overflow ? UInt.max : sum, high)
    return MemoryRange(
      start: clippedStart, byteCount: clippedEnd > clippedStart ? clippedEnd - clippedStart : 0,
      isUsable: isUsable)
  }
}
