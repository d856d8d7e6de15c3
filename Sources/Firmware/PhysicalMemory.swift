// What firmware left in memory says which processors, interrupt controllers and memory a machine has. It is read here from
// bytes alone: nothing in it is trusted, every length is checked, and what makes no sense counts as not being there.

/// Memory as firmware knows it, by physical address.
public protocol PhysicalMemory: ~Copyable {
  /// The `count` bytes at `address`; nothing when not all of them can be read.
  @_lifetime(borrow self)
  func bytes(at address: UInt64, count: Int) -> RawSpan?
}

/// Where a loader or the first page of memory says that firmware's tables begin.
public struct FirmwarePlaces: Sendable {
  /// Of the ACPI root pointer, as the loader gave it; 0 when it gave none.
  public var rootPointer: UInt64
  /// Of the extended BIOS data area; 0 when there is none.
  public var extendedDataArea: UInt64

  public init(rootPointer: UInt64, extendedDataArea: UInt64) {
    self.rootPointer = rootPointer
    self.extendedDataArea = extendedDataArea
  }
}
