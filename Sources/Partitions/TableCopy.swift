/// Where a header of a partition table can lie (UEFI 2.10, 5.3.1): in a disk's second block, and again in its last one.
///
/// The block is the disk's own, of 512 or 4096 bytes. A disk that was copied may have changed its block's size, and an
/// image in a file has none, so both are looked for.
enum TableCopy: Sendable {
  case first512
  case first4096
  case backup512
  case backup4096

  /// The one to look at when this one is not in order.
  var next: TableCopy? {
    switch self {
    case .first512: .first4096
    case .first4096: .backup512
    case .backup512: .backup4096
    case .backup4096: nil
    }
  }

  var isBackup: Bool { self == .backup512 || self == .backup4096 }

  /// Sectors of 512 bytes in a block.
  var blockSectorCount: UInt64 { self == .first512 || self == .backup512 ? 1 : 8 }

  /// The header's block on a disk of so many sectors; nothing when the disk is too small for any.
  func headerBlock(sectorCount: UInt64) -> UInt64? {
    let blockCount = sectorCount / blockSectorCount
    guard blockCount > 2 else { return nil }
    return isBackup ? blockCount - 1 : 1
  }
}
