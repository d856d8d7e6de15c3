/// Why a partition table cannot be used. Each is the fault of the disk or of who wrote the table.
public enum PartitionTableError: Error, Equatable, Sendable {
  /// The disk reported an error for a read of it.
  case unreadable
  /// The disk says that it has a table, and none is where one belongs.
  case headerMissing
  case headerSizeInvalid
  case headerChecksumWrong
  case revisionUnknown
  /// The header says that it lies elsewhere: it was copied from another place.
  case headerMisplaced
  /// The range for partitions is none.
  case usableRangeInvalid
  /// The range for partitions reaches beyond the disk.
  case diskCut
  /// More entries, or larger ones, than are read here.
  case entriesUnsupported
  /// The entries would lie outside the disk, on the header, or where partitions are.
  case entriesMisplaced
  case entriesChecksumWrong
  /// A partition has no sectors, or some that are not for partitions.
  case partitionOutOfRange
  /// The partition asked for shares sectors with another one.
  case partitionsOverlap
  /// There is more than one partition of the type asked for, and nothing says which is meant.
  case severalPartitions

  /// What is wrong, in words that follow "the partition table:".
  public var message: StaticString {
    switch self {
    case .unreadable: "the disk failed to read it"
    case .headerMissing: "the disk is marked as partitioned, but no table is where it belongs"
    case .headerSizeInvalid, .revisionUnknown, .headerMisplaced, .usableRangeInvalid, .entriesMisplaced:
      "its header makes no sense"
    case .headerChecksumWrong: "its header's checksum is wrong"
    case .diskCut: "the disk ends before it does: give back the whole disk"
    case .entriesUnsupported: "its entries are more than 64 KiB, or not of 128 to 512 bytes"
    case .entriesChecksumWrong: "its entries' checksum is wrong"
    case .partitionOutOfRange: "a partition is not in the range for partitions"
    case .partitionsOverlap: "the journal's partition overlaps another one"
    case .severalPartitions: "it has several partitions of the journal's type: delete all but one"
    }
  }
}
