import Buffers
import Partitions

/// Where a disk image has its journal, found as the guest finds it.
enum JournalPlace {
  /// The journal's partition; nothing when the image has no partition table.
  ///
  /// - Throws: with what to do about it, when there is no place for a journal or it cannot be told.
  static func find(path: String) throws -> PartitionPlace? {
    var disk = try FileDisk(path: path)
    // "QFI" and 0xFB (QEMU's docs/interop/qcow2.txt).
    guard !disk.hasMagic(0x5146_49FB) else {
      throw CommandFailure(
        "\(path): a qcow2 image: convert it first, with `qemu-img convert -O raw '\(path)' disk.img`")
    }
    var arena = HostMemory.arena(byteCount: 1 << 17)
    var blocks = try BlockPool(count: 1, sectorCount: PartitionSearch.readSectorLimit, in: &arena)
    var search = PartitionSearch(for: .journal, sectorCount: disk.sectorCount)
    switch search.run(on: &disk, &blocks, wait: { _ in }) {
    case .noTable: return nil
    case .found(let place): return place
    case .noneOfType:
      throw CommandFailure(
        "\(path): none of its partitions has the type of a journal, \(PartitionType.journalText)")
    case .failed(let error):
      throw CommandFailure("\(path): the partition table cannot be used: \(error.message)")
    }
  }

  /// The journal's part of the image.
  static func open(path: String, _ partition: PartitionPlace?) throws -> DiskPart<FileDisk> {
    var disk = DiskPart(wholeOf: try FileDisk(path: path))
    guard let partition else { return disk }
    guard partition.lastSector < disk.sectorCount else {
      throw CommandFailure("\(path): the image became smaller while it was read")
    }
    disk.narrow(to: partition)
    return disk
  }
}

extension JournalReader {
  /// Says which partition is read, where it is not the whole disk.
  func sayPartition() {
    guard let partition else { return }
    print(
      "\(path): partition \(partition.number), sectors \(partition.firstSector) to \(partition.lastSector)")
  }
}
