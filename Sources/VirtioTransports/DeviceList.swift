public import Firmware
public import Machine

/// Where a virtio device is.
public enum DevicePlace: Sendable {
  case pci(PCIFunction)
  case mmio(DeviceSlot)
}

/// The machine's modern virtio network and block devices; others are of no use. Those in the slots that the command
/// line names come first, then those on the PCI bus. Where there are neither, the slots that QEMU's microvm has at a
/// fixed place are looked at. Context: boot.
public struct DeviceList: Sendable {
  /// More than that are not noted.
  public static let most = 32
  public static let networkType: UInt32 = 1
  public static let blockType: UInt32 = 2

  private struct Entry: Sendable {
    let place: DevicePlace
    let type: UInt32
  }

  private var entries: InlineArray<32, Entry?> = InlineArray(repeating: nil)
  private var count = 0
  /// Those that speak only the version before 1.0.
  public private(set) var legacyCount = 0
  /// The first slot named on the command line in which no virtio device answers.
  public private(set) var deadSlot: DeviceSlot?

  /// - Parameters:
  ///   - slots: those that the command line names.
  ///   - looksAtPCI: whether there may be a PCI bus.
  public init(slots: DeviceSlots, looksAtPCI: Bool = true) {
    for index in 0..<slots.count {
      if !add(slots[index]) && deadSlot == nil { deadSlot = slots[index] }
    }
    var hasBus = false
    if looksAtPCI {
      PCIFunction.forEach { function in
        hasBus = true
        add(function)
      }
    }
    guard !hasBus && slots.count == 0 else { return }
    for number in 0..<MMIOTransport.fixedSlotCount { _ = add(MMIOTransport.fixedSlot(number)) }
  }

  /// Device `number` of a type (Virtio 1.2, 5) in the order above, the first being 0.
  public func place(ofType type: UInt32, number: Int = 0) -> DevicePlace? {
    var left = number
    for index in 0..<count {
      guard let entry = entries[index], entry.type == type else { continue }
      if left == 0 { return entry.place }
      left -= 1
    }
    return nil
  }

  private static func isOfUse(_ type: UInt32) -> Bool { type == networkType || type == blockType }

  private mutating func add(_ place: DevicePlace, type: UInt32) {
    guard count < Self.most else { return }
    entries[count] = Entry(place: place, type: type)
    count += 1
  }

  private mutating func add(_ function: PCIFunction) {
    // Of others not even the registers are mapped: they may be large.
    guard let type = PCITransport.deviceType(function), Self.isOfUse(type) else { return }
    if PCITransport.isModern(function) { add(.pci(function), type: type) } else { legacyCount += 1 }
  }

  /// Says whether there is a slot at all; an empty one is.
  private mutating func add(_ slot: DeviceSlot) -> Bool {
    switch MMIOTransport.look(at: slot) {
    case .nothing: return false
    case .empty: break
    case .legacy(let type): legacyCount += Self.isOfUse(type) ? 1 : 0
    case .device(let type): if Self.isOfUse(type) { add(.mmio(slot), type: type) }
    }
    return true
  }
}
