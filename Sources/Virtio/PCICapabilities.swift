/// Where a virtio function keeps its structures: the first usable one of each type (Virtio 1.2, 4.1.4).
///
/// What the list holds is the device's word: the walk is bounded, and every structure is checked to lie inside a
/// memory range. Context: boot.
public struct PCICapabilities: Equatable, Sendable {
  /// The common configuration: 56 bytes at least.
  public private(set) var common: PCIRegion?
  /// The doorbells, and how far apart they are per unit of a queue's offset.
  public private(set) var notification: PCIRegion?
  public private(set) var notificationMultiplier: UInt32 = 0
  public private(set) var interruptStatus: PCIRegion?
  /// The device configuration; devices without any have none.
  public private(set) var device: PCIRegion?
  public private(set) var messageInterrupts: PCIMessageInterrupts?

  /// As many as fit: a list cannot be longer without coming back to where it was (PCI 3.0, 6.7).
  static let capabilityLimit = 48
  private static let vendorSpecific: UInt8 = 0x09
  private static let messageInterruptsExtended: UInt8 = 0x11
  /// Bytes of the common configuration up to the used ring's address.
  private static let commonByteCount: UInt32 = 56

  /// Walks the list of `space`.
  public init(_ space: some PCIConfigurationSpace) {
    let hasList = space.read16(0x06) & 1 << 4 != 0
    guard hasList else { return }
    var offset = Int(space.read8(0x34) & 0xFC)
    for _ in 0..<Self.capabilityLimit {
      guard offset >= 0x40 else { return }
      read(space, at: offset)
      offset = Int(space.read8(offset + 1) & 0xFC)
    }
  }

  private mutating func read(_ space: some PCIConfigurationSpace, at offset: Int) {
    switch space.read8(offset) {
    case Self.vendorSpecific: readStructure(space, at: offset)
    case Self.messageInterruptsExtended where messageInterrupts == nil:
      messageInterrupts = PCIMessageInterrupts(space, at: offset)
    default: break
    }
  }

  /// A virtio structure: length, type, memory range, offset in it, size (Virtio 1.2, 4.1.4).
  private mutating func readStructure(_ space: some PCIConfigurationSpace, at offset: Int) {
    let capabilityByteCount = Int(space.read8(offset + 2))
    guard capabilityByteCount >= 16, offset + capabilityByteCount <= 256 else { return }
    func region(atLeast byteCount: UInt32, alignment: UInt) -> PCIRegion? {
      let size = space.read32(offset + 12)
      guard size >= byteCount else { return nil }
      return PCIRegion(
        in: space, bar: space.read8(offset + 4), offset: space.read32(offset + 8), byteCount: size,
        alignment: alignment)
    }
    switch space.read8(offset + 3) {
    case 1 where common == nil: common = region(atLeast: Self.commonByteCount, alignment: 4)
    case 2 where notification == nil && capabilityByteCount >= 20 && offset + 20 <= 256:
      let multiplier = space.read32(offset + 16)
      guard multiplier == 0 || multiplier >= 2 && multiplier & (multiplier - 1) == 0 else { return }
      notification = region(atLeast: 2, alignment: 2)
      notificationMultiplier = multiplier
    case 3 where interruptStatus == nil: interruptStatus = region(atLeast: 1, alignment: 1)
    case 4 where device == nil: device = region(atLeast: 1, alignment: 4)
    default: break
    }
  }

  /// The address of the doorbell of a queue whose notification offset is `offset` (4.1.4.4); nothing when it is
  /// not inside the structure.
  public func doorbell(offset: UInt16) -> UInt? {
    notification?.register(at: UInt(offset) * UInt(notificationMultiplier), width: 2)
  }
}

/// A function's table of interrupts that are sent as messages (MSI-X; PCI 3.0, 6.8.2).
public struct PCIMessageInterrupts: Equatable, Sendable {
  /// Bytes of one entry of the table.
  static let entryByteCount: UInt32 = 16

  /// Where the capability is in configuration space.
  public let capabilityOffset: Int
  public let table: PCIRegion
  public let entryCount: Int

  init?(_ space: some PCIConfigurationSpace, at offset: Int) {
    guard offset + 12 <= 256 else { return nil }
    let count = UInt32(space.read16(offset + 2) & 0x7FF) + 1
    let place = space.read32(offset + 4)
    guard
      let table = PCIRegion(
        in: space, bar: UInt8(place & 7), offset: place & ~7, byteCount: count * Self.entryByteCount,
        alignment: 8)
    else { return nil }
    capabilityOffset = offset
    self.table = table
    entryCount = Int(count)
  }

  /// The address of entry `index`.
  public func entry(_ index: Int) -> UInt {
    precondition(index >= 0 && index < entryCount, "no such entry")
    return table.address + UInt(index) * UInt(Self.entryByteCount)
  }
}
