/// The 256 bytes that every PCI function describes itself with, and where its memory ranges are.
public protocol PCIConfigurationSpace {
  /// Reads at `offset`, below 256 and aligned to the width.
  func read8(_ offset: Int) -> UInt8
  func read16(_ offset: Int) -> UInt16
  func read32(_ offset: Int) -> UInt32

  /// Where base address register `index` (0 to 5) lies in memory; nothing when it is unused or not memory.
  func barAddress(_ index: Int) -> (base: UInt, byteCount: UInt)?
}

/// A part of a function's memory range, checked to lie inside it.
public struct PCIRegion: Equatable, Sendable {
  public let address: UInt
  public let byteCount: UInt

  init(address: UInt, byteCount: UInt) {
    self.address = address
    self.byteCount = byteCount
  }

  /// The part of the range of `bar` that a capability names; nothing when that is not wholly inside.
  init?(
    in space: some PCIConfigurationSpace, bar: UInt8, offset: UInt32, byteCount: UInt32, alignment: UInt
  ) {
    guard bar < 6, let range = space.barAddress(Int(bar)) else { return nil }
    guard UInt(offset) <= range.byteCount, UInt(byteCount) <= range.byteCount - UInt(offset) else {
      return nil
    }
    let (address, overflow) = range.base.addingReportingOverflow(UInt(offset))
    guard !overflow, address & (alignment - 1) == 0 else { return nil }
    self.init(address: address, byteCount: UInt(byteCount))
  }

  /// Where a register of `width` bytes lies; nothing when it is not wholly inside.
  public func register(at offset: UInt, width: UInt) -> UInt? {
    let (end, overflow) = offset.addingReportingOverflow(width)
    return !overflow && end <= byteCount ? address + offset : nil
  }
}
