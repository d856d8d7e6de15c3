import Firmware

extension StartInfo {
  /// Whether the memory in which the image lies is usable. When the loader says that it is not, nothing it says can be relied on.
  public var isImageUsable: Bool { isUsable(from: Image.start, to: Image.end) }

  /// Ranges of the loader's memory map that are left out; the memory that they call usable is not used.
  public var leftOutRangeCount: Int { memoryRanges.leftOutCount }

  func isUsable(from low: UInt, to high: UInt) -> Bool {
    memoryRanges.isUsable(from: UInt64(low), to: UInt64(high))
  }
}
