import Buffers
import Journaling
import Machine
import Partitions
import Tracing
import Virtio
import VirtioTransports

/// Finds the journal's place at boot. A place is a disk that has a journal's partition or no partitions at all; in the
/// order of `DeviceList`, it is the first one that is not blank. Where all are blank it is the first, and a journal
/// begins there.
///
/// A blank disk therefore never hides a journal behind it, and orders are not forgotten because a disk was added. What
/// can not be written to, or is something else than a journal, is no reason to pass a blank disk over.
///
/// A disk with partitions, none of them a journal's, is passed over. One whose partition table is damaged stops the
/// machine: the journal may be on it, and going on with another disk would begin an empty one. Context: boot.
struct JournalDisk: ~Copyable {
  /// The disk looked at, counted from 1.
  private let number: Int
  private let log: BootLog
  private var place: PartitionPlace?
  private var firstError: PartitionTableError?

  private init(number: Int, log: BootLog) {
    self.number = number
    self.log = log
  }

  /// - Parameter core: the number of the core that is to write the journal.
  @inline(never)
  static func find(
    _ devices: Devices, _ core: inout Core, forCore writer: Int, _ pool: inout BlockPool,
    in arena: inout Arena, _ log: BootLog
  ) -> PlacedDisk {
    var number = 1
    var blank: Int?
    while let found = devices.disk(number: number, &core, forCore: writer, in: &arena) {
      let control = found.control
      var looked = JournalDisk(number: number, log: log)
      if var disk = looked.part(of: found.disk, &core, &pool) {
        let isOnly = blank == nil && !devices.hasDisk(number: number + 1)
        if isOnly || looked.isPlace(&disk, behind: blank, &core, &pool) {
          looked.say(passedOver: blank)
          return PlacedDisk(disk: disk, control: control)
        }
        if blank == nil { blank = number }
        disk.takeDisk().close()
      }
      number += 1
    }
    if let blank, let again = reopen(blank, devices, &core, forCore: writer, &pool, in: &arena, log) {
      return again
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

  /// The blank disk, once it is known that none behind it has a journal.
  private static func reopen(
    _ number: Int, _ devices: Devices, _ core: inout Core, forCore writer: Int, _ pool: inout BlockPool,
    in arena: inout Arena, _ log: BootLog
  ) -> PlacedDisk? {
    guard let found = devices.disk(number: number, &core, forCore: writer, in: &arena) else { return nil }
    let control = found.control
    var again = JournalDisk(number: number, log: log)
    guard let disk = again.part(of: found.disk, &core, &pool) else { return nil }
    again.say(passedOver: nil)
    return PlacedDisk(disk: disk, control: control)
  }

  /// Whether the journal is here, with the blank disk of number `blank` in front, if there is one.
  private func isPlace(
    _ disk: inout DiskPort, behind blank: Int?, _ core: inout Core, _ pool: inout BlockPool
  ) -> Bool {
    switch JournalContent(of: &disk, &pool, wait: { JournalBoot.wait(for: &$0, &core) }) {
    case .blank: false
    case .journal: blank == nil || !disk.isReadOnly
    case .other: blank == nil
    }
  }

  /// The journal's part of the disk; nothing when it has none, and the disk is then left alone.
  private mutating func part(
    of disk: consuming DiskPort, _ core: inout Core, _ pool: inout BlockPool
  ) -> DiskPort? {
    // One with larger blocks refuses single sectors; and where it does not, a sector torn would tear its neighbours.
    guard disk.disk.preferredByteCount == Block.sectorByteCount else {
      stop(" has blocks of more than 512 bytes", "")
    }
    var search = PartitionSearch(for: .journal, sectorCount: disk.sectorCount)
    let answer = search.run(on: &disk, &pool) { JournalBoot.wait(for: &$0, &core) }
    if case .failed(let error) = answer { stop("'s partition table cannot be used: ", error.message) }
    firstError = search.firstError
    switch answer {
    case .found(let place):
      self.place = place
      disk.narrow(to: place)
      return disk
    case .noTable: return disk
    case .noneOfType, .failed:
      sayOfBackup()
      say(" passed over: none of its partitions is a journal's", "")
      disk.takeDisk().close()
      return nil
    }
  }

  /// Says where the journal is, and of the blank disk in front of it.
  private func say(passedOver blank: Int?) {
    if let blank {
      JournalDisk(number: blank, log: log).say(" passed over: it is blank, and one behind it is not", "")
    }
    sayOfBackup()
    guard let place else { return }
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

  private func sayOfBackup() {
    if let firstError { say("'s backup of its partition table is used: ", firstError.message) }
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
      $0.write(": mend that, detach the disk, or boot with durability=none")
    }
  }
}
