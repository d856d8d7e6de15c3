import Buffers
@testable import Partitions
import TestSupport

/// What is done to a disk's bytes, with checksums of its own: one bit at a time, straight from the definition.
extension [UInt8] {
  static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    var remainder = UInt32.max
    for byte in bytes {
      for bit in 0..<8 {
        let isOdd = (remainder ^ UInt32(byte) >> UInt32(bit)) & 1 == 1
        remainder = remainder >> 1 ^ (isOdd ? 0xEDB8_8320 : 0)
      }
    }
    return ~remainder
  }

  func little(at offset: Int, byteCount: Int) -> UInt64 {
    (0..<byteCount).reduce(0) { $0 | UInt64(self[offset + $1]) << UInt64(8 * $1) }
  }

  mutating func put(_ value: UInt64, at offset: Int, byteCount: Int) {
    for index in 0..<byteCount {
      self[offset + index] = UInt8(truncatingIfNeeded: value >> UInt64(8 * index))
    }
  }

  /// Makes the checksums right again of the header in `sector`, and of its entries where those are inside the disk.
  mutating func seal(header sector: Int, blockByteCount: Int = 512) {
    let header = sector * 512
    let first = little(at: header + 72, byteCount: 8).multipliedReportingOverflow(by: UInt64(blockByteCount))
    let length = little(at: header + 80, byteCount: 4) * little(at: header + 84, byteCount: 4)
    if !first.overflow, first.partialValue <= UInt64(count), length <= UInt64(count) - first.partialValue {
      let range = Int(first.partialValue)..<Int(first.partialValue + length)
      put(UInt64(Self.checksum(self[range])), at: header + 88, byteCount: 4)
    }
    put(0, at: header + 16, byteCount: 4)
    let size = Int(little(at: header + 12, byteCount: 4))
    guard size <= 512 else { return }
    put(UInt64(Self.checksum(self[header..<header + size])), at: header + 16, byteCount: 4)
  }

  mutating func zero(sectors: Range<Int>) {
    for offset in sectors.lowerBound * 512..<sectors.upperBound * 512 { self[offset] = 0 }
  }

  /// Looks for the journal's partition; sectors in `unreadable` fail.
  func search(verifiesChecksums: Bool = true, unreadable: Range<UInt64>? = nil) -> PartitionSearch {
    var search = PartitionSearch(for: .journal, sectorCount: UInt64(count / 512))
    search.verifiesChecksums = verifiesChecksums
    var readCount = 0
    while let sectors = search.nextRead {
      precondition(sectors.upperBound <= UInt64(count / 512), "a read beyond the disk")
      precondition(!sectors.isEmpty && sectors.count <= PartitionSearch.readSectorLimit)
      readCount += 1
      precondition(readCount <= 9, "the search does not end")
      if let unreadable, unreadable.overlaps(sectors) {
        search.takeFailure()
      } else {
        let bytes = Array(self[Int(sectors.lowerBound) * 512..<Int(sectors.upperBound) * 512])
        search.take(bytes.rawBytes)
      }
    }
    return search
  }

  var answer: PartitionAnswer? { search().answer }
}
