public import Virtio

/// A PCI function's configuration space in memory, with capabilities as a test writes them, right or wrong.
public struct FakeVirtioConfigurationSpace: PCIConfigurationSpace {
  public var bytes = [UInt8](repeating: 0, count: 256)
  public var bars: [Int: (base: UInt, byteCount: UInt)] = [:]

  public init() {}

  public func read8(_ offset: Int) -> UInt8 { bytes[offset] }
  public func read16(_ offset: Int) -> UInt16 { UInt16(bytes[offset]) | UInt16(bytes[offset + 1]) << 8 }
  public func read32(_ offset: Int) -> UInt32 { UInt32(read16(offset)) | UInt32(read16(offset + 2)) << 16 }
  public func barAddress(_ index: Int) -> (base: UInt, byteCount: UInt)? { bars[index] }

  public mutating func write32(_ value: UInt32, at offset: Int) {
    for index in 0..<4 { bytes[offset + index] = UInt8(truncatingIfNeeded: value >> UInt32(8 * index)) }
  }

  /// Says that there is a capability list, from `first` on.
  public mutating func setList(first: UInt8) {
    bytes[0x06] |= 1 << 4
    bytes[0x34] = first
  }

  /// Writes a virtio capability (Virtio 1.2, 4.1.4).
  public mutating func setStructure(
    at offset: Int, next: UInt8, type: UInt8, bar: UInt8, start: UInt32, byteCount: UInt32,
    capabilityByteCount: UInt8 = 16, multiplier: UInt32 = 4
  ) {
    bytes[offset] = 0x09
    bytes[offset + 1] = next
    bytes[offset + 2] = capabilityByteCount
    bytes[offset + 3] = type
    bytes[offset + 4] = bar
    write32(start, at: offset + 8)
    write32(byteCount, at: offset + 12)
    if capabilityByteCount >= 20 { write32(multiplier, at: offset + 16) }
  }

  /// Writes the capability of message interrupts.
  public mutating func setMessageInterrupts(
    at offset: Int, next: UInt8, entryCount: UInt16, bar: UInt32, start: UInt32
  ) {
    bytes[offset] = 0x11
    bytes[offset + 1] = next
    bytes[offset + 2] = UInt8((entryCount - 1) & 0xFF)
    bytes[offset + 3] = UInt8((entryCount - 1) >> 8)
    write32(start | bar, at: offset + 4)
  }
}
