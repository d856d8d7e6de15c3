/// A piece of the physical address space as a loader describes it.
public struct MemoryRange: Sendable {
  public var start: UInt64
  public var byteCount: UInt64
  public var isUsable: Bool

  public init(start: UInt64, byteCount: UInt64, isUsable: Bool) {
    self.start = start
    self.byteCount = byteCount
    self.isUsable = isUsable
  }

  /// The address behind its last byte; one that would lie beyond all addresses is cut to the last.
  public var end: UInt64 {
    let (sum, overflow) = start.addingReportingOverflow(byteCount)
    return overflow ? .max : sum
  }
}

/// A loader's description of the memory: ranges in any order.
///
/// When there are too many, usable memory is given up and never taken for usable by mistake: an unusable range takes the
/// place of the smallest usable one.
public struct MemoryRanges: Sendable {
  /// More than that are not kept. Firmware describes memory in 60 to 130 pieces, of which neighbours are often alike.
  public static let most = 128

  private var ranges: InlineArray<128, MemoryRange> = InlineArray(
    repeating: MemoryRange(start: 0, byteCount: 0, isUsable: false))
  public private(set) var count = 0
  /// Ranges that were not kept, or gave their place to others.
  public private(set) var leftOutCount = 0

  public init() {}

  /// Takes in a range; an empty one says nothing. O(`count`) when there is no room, else O(1).
  public mutating func add(_ range: MemoryRange) {
    guard range.byteCount > 0 else { return }
    if count < Self.most {
      ranges[count] = range
      count += 1
      return
    }
    leftOutCount += 1
    // What is unusable finds no place only where nothing usable is left that it could forbid.
    if let smallest = smallestUsable, !range.isUsable || range.byteCount > ranges[smallest].byteCount {
      ranges[smallest] = range
    }
  }

  private var smallestUsable: Int? {
    var smallest: Int?
    for index in 0..<count where ranges[index].isUsable {
      if smallest == nil || ranges[index].byteCount < ranges[smallest!].byteCount { smallest = index }
    }
    return smallest
  }

  /// Whether every byte from `low` up to `high`, which is behind it, is usable. O(`count` squared).
  public func isUsable(from low: UInt64, to high: UInt64) -> Bool {
    precondition(low < high, "there is at least one byte to ask about")
    var start = low
    while start < high {
      guard isUsable(start) else { return false }
      start = boundary(after: start)
    }
    return true
  }

  /// Whether the byte at `address` is: what one of the ranges calls unusable is not, whatever others say.
  func isUsable(_ address: UInt64) -> Bool {
    var (isNamed, isForbidden) = (false, false)
    for index in 0..<count where ranges[index].start <= address && address < ranges[index].end {
      if ranges[index].isUsable { isNamed = true } else { isForbidden = true }
    }
    return isNamed && !isForbidden
  }

  /// The next address behind `address` at which a range begins or ends; the last there is when none does.
  func boundary(after address: UInt64) -> UInt64 {
    var next = UInt64.max
    for index in 0..<count {
      if ranges[index].start > address { next = min(next, ranges[index].start) }
      if ranges[index].end > address { next = min(next, ranges[index].end) }
    }
    return next
  }
}
