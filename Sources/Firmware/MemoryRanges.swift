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
public struct MemoryRanges: Sendable {
  /// More than that are left out.
  public static let most = 32

  private var ranges: InlineArray<32, MemoryRange> = InlineArray(
    repeating: MemoryRange(start: 0, byteCount: 0, isUsable: false))
  public private(set) var count = 0

  public init() {}

  public mutating func add(_ range: MemoryRange) {
    guard count < Self.most else { return }
    ranges[count] = range
    count += 1
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
