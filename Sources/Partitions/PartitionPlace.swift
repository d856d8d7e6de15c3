/// Where a partition lies.
public struct PartitionPlace: Equatable, Sendable {
  /// Counted from 1, as partitioning tools do.
  public let number: Int
  /// In sectors of 512 bytes, whatever the disk's own block is.
  public let firstSector: UInt64
  public let sectorCount: UInt64

  public init(number: Int, firstSector: UInt64, sectorCount: UInt64) {
    self.number = number
    self.firstSector = firstSector
    self.sectorCount = sectorCount
  }

  public var lastSector: UInt64 { firstSector + sectorCount - 1 }
}
