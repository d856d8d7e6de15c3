/// What QEMU tells firmware through two ports (QEMU, docs/specs/fw_cfg): asked where firmware has left no table. Context: boot.
enum FirmwareConfiguration {
  private static let selectorPort: UInt16 = 0x510
  private static let dataPort: UInt16 = 0x511
  private static let signatureItem: UInt16 = 0x00
  private static let processorCountItem: UInt16 = 0x05

  /// How many processors run from the start, this one included; nothing where there is no QEMU.
  static var processorCount: Int? {
    guard read32(signatureItem) == 0x554D_4551 else { return nil }  // "QEMU"
    let count = Int(read32(processorCountItem) & 0xFFFF)
    return count > 0 ? count : nil
  }

  /// The first four bytes of an item, little-endian; those behind its end are 0.
  private static func read32(_ item: UInt16) -> UInt32 {
    portWrite16(selectorPort, item)
    var value: UInt32 = 0
    for index in 0..<4 { value |= UInt32(portRead8(dataPort)) << UInt32(8 * index) }
    return value
  }
}
