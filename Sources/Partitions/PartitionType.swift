import Wire

/// What a partition is for: a GUID, compared as it stands on disk (UEFI 2.10, appendix A and 5.3.3).
public struct PartitionType: Equatable, Sendable {
  static let byteCount = 16
  /// The type of an entry that is not used.
  static let unused = PartitionType(first: 0, second: 0)

  /// The first three fields, lowest bytes first.
  private let first: UInt64
  /// The rest, in the order in which it is written.
  private let second: UInt64

  private init(first: UInt64, second: UInt64) {
    self.first = first
    self.second = second
  }

  /// The GUID by its five groups, as they are written with dashes between them: 32, 16, 16, 16 and 48 bits.
  public init(_ group1: UInt32, _ group2: UInt16, _ group3: UInt16, _ group4: UInt16, _ group5: UInt64) {
    precondition(group5 >> 48 == 0, "a GUID's last group has 48 bits")
    first = UInt64(group1) | UInt64(group2) << 32 | UInt64(group3) << 48
    second = UInt64(group4) << 48 | group5
  }

  /// Reads the 16 bytes at `offset`.
  init(_ bytes: RawSpan, at offset: Int) {
    first = bytes.word64(at: offset)
    second = bytes.bigEndian(at: offset + 8)
  }

  /// A partition that holds a journal: 4A0F2C1E-9D3B-4C57-8E61-5B7A53C1D0F2.
  public static let journal = PartitionType(0x4A0F_2C1E, 0x9D3B, 0x4C57, 0x8E61, 0x5B7A_53C1_D0F2)
  /// The same as it is written, for messages.
  public static let journalText: StaticString = "4A0F2C1E-9D3B-4C57-8E61-5B7A53C1D0F2"
}
