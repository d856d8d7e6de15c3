/// A piece of low memory in which a pointer to firmware's tables may lie, at a multiple of 16 bytes.
struct FirmwareArea {
  private static let stepByteCount = 16

  private let start: UInt64
  let stepCount: Int

  private init(_ start: UInt64, byteCount: Int) {
    self.start = start
    stepCount = byteCount / Self.stepByteCount
  }

  func address(ofStep step: Int) -> UInt64 { start &+ UInt64(step * Self.stepByteCount) }

  /// The first KiB of the extended BIOS data area, if there is one.
  private static func extendedData(_ places: FirmwarePlaces) -> FirmwareArea {
    FirmwareArea(places.extendedDataArea, byteCount: places.extendedDataArea == 0 ? 0 : 1024)
  }

  /// ACPI 6.5, 5.2.5.1.
  static func ofRootPointer(_ places: FirmwarePlaces) -> InlineArray<2, FirmwareArea> {
    [extendedData(places), FirmwareArea(0xE0000, byteCount: 0x20000)]
  }

  /// MP 1.4, chapter 4; the last KiB of 640.
  static func ofMultiprocessorPointer(_ places: FirmwarePlaces) -> InlineArray<3, FirmwareArea> {
    [
      extendedData(places), FirmwareArea(639 * 1024, byteCount: 1024),
      FirmwareArea(0xF0000, byteCount: 0x10000),
    ]
  }
}
