import Buffers
import Machine
import Partitions
import Tracing
import Virtio
import VirtioTransports

/// Finds the journal's place at boot: the first disk, in the order of `DeviceList`, that has a journal's partition or no partitions
/// at all.
///
/// A disk with partitions, none of them a journal's, is passed over. One whose partition table is damaged stops the
/// machine: the journal may be on it, and going on with another disk would begin an empty one. Context: boot.
struct JournalDisk: ~Copyable {
  /// The disk looked at, counted from 1.
  private let number: Int
  private let log: BootLog

  /// - Parameter core: the number of the core that is to write the journal.
  @inline(never)
  static func find(
    _ devices: Devices, _ core: inout Core, forCore writer: Int, _ pool: inout BlockPool,
    in arena: inout Arena, _ log: BootLog
  ) -> PlacedDisk {
    var number = 1
    while let found = devices.disk(number: number, &core, forCore: writer, in: &arena) {
      let control = found.control
      if let disk = JournalDisk(number: number, log: log).part(of: found.disk, &core, &pool) {
        return PlacedDisk(disk: disk, control: control)
      }
      number += 1
    }
    guard number > 1 else {
      BootLog.stop("no disk for the journal: attach one, or boot with durability=none")
    }
    BootLog.stop {
      $0.write("no place for the journal: make a partition of type ")
      $0.write(PartitionType.journalText)
      $0.write(", attach a disk without partitions, or boot with durability=none")
    }
  }

  /// The journal's part of the disk; nothing when it has none, and the disk is then left alone.
  private func part(
    of disk: consuming DiskPort, _ core: inout Core, _ pool: inout BlockPool
  ) -> DiskPort? {
    // One with larger blocks refuses single sectors; and where it does not, a sector torn would tear its neighbours.
    guard disk.disk.preferredByteCount == Block.sectorByteCount else {
      stop(" has blocks of more than 512 bytes: attach it with blocks of 512", "")
    }
    var search = PartitionSearch(for: .journal, sectorCount: disk.sectorCount)
    let answer = search.run(on: &disk, &pool) { JournalBoot.wait(for: &$0, &core) }
    if case .failed(let error) = answer { stop("'s partition table cannot be used: ", error.message) }
    if let error = search.firstError { say("'s backup of its partition table is used: ", error.message) }
    switch answer {
    case .found(let place):
      say(place)
      disk.narrow(to: place)
      return disk
    case .noTable: return disk
    case .noneOfType, .failed:
      say(" passed over: none of its partitions is a journal's", "")
      disk.takeDisk().close()
      return nil
    }
  }

  private func say(_ place: PartitionPlace) {
    log.line {
      $0.write("sluice: journal on disk ")
      $0.write(UInt64(number))
      $0.write(", partition ")
      $0.write(UInt64(place.number))
      $0.write(", sectors ")
      $0.write(place.firstSector)
      $0.write(" to ")
      $0.write(place.lastSector)
    }
  }

  /// Says something of this disk.
  @inline(never)
  private func say(_ text: StaticString, _ more: StaticString) {
    log.line {
      $0.write("sluice: disk ")
      $0.write(UInt64(number))
      $0.write(text)
      $0.write(more)
    }
  }

  @inline(never)
  private func stop(_ text: StaticString, _ more: StaticString) -> Never {
    BootLog.stop {
      $0.write("disk ")
      $0.write(UInt64(number))
      $0.write(text)
      $0.write(more)
      $0.write(" (or detach it, or boot with durability=none)")
    }
  }
}
