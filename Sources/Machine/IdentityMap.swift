public import Firmware

/// Physical memory as the page map shows it: what lies below 4 GiB, without the first page, which is absent, and without the
/// image, of which some pages are. Context: boot.
public struct IdentityMap: PhysicalMemory {
  public init() {}

  @_lifetime(borrow self)
  public func bytes(at address: UInt64, count: Int) -> RawSpan? {
    let (end, overflow) = address.addingReportingOverflow(UInt64(count))
    guard !overflow, address >= UInt64(PageMap.pageByteCount), end <= UInt64(PageMap.mappedEnd),
      end <= UInt64(Image.start) || address >= UInt64(Image.end)
    else { return nil }
    // SAFETY: the page map has every page of the range, and nothing in it belongs to anyone yet.
    return unsafe _overrideLifetime(
      RawSpan(_unsafeStart: UnsafeRawPointer(bitPattern: UInt(address))!, byteCount: count), borrowing: self)
  }
}

extension MachineTables {
  /// What firmware's tables say of this machine. Before memory is taken from the memory map: tables may lie in it.
  public init(_ startInfo: borrowing StartInfo) { self.init(IdentityMap(), startInfo.firmwarePlaces) }
}
