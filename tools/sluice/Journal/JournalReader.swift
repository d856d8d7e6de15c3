import Buffers
import Exchange
import Journaling
import Orders
import Partitions
import Sessions

/// Reads the journal of a disk image, or of its journal's partition, with the kernel's own recovery.
struct JournalReader {
  struct Summary {
    var recordCount: UInt64 = 0
    var entryCount: UInt64 = 0
    var usedSectorCount: UInt64 = 0
    var sectorCount: UInt64 = 0
    var tornTailSector: UInt64?
    var liveOrderCount = 0
    var clientCount = 0
    /// As the guest says it at boot.
    var stateDigest: UInt64 = 0
  }

  let path: String
  /// The partition that is read; nothing when it is the whole disk.
  let partition: PartitionPlace?

  /// - Throws: when the disk is no raw image, or has partitions and none of them is the journal's.
  init(path: String) throws {
    self.path = path
    partition = try JournalPlace.find(path: path)
  }

  /// Hands over every entry: its number, its record's number, its bytes.
  @discardableResult
  func forEachEntry(_ take: (UInt64, UInt64, RawSpan) throws -> Void) throws -> Summary {
    var disk = try JournalPlace.open(path: path, partition)
    var arena = HostMemory.arena(byteCount: 1 << 20)
    var blocks = try BlockPool(count: 2, sectorCount: JournalFormat.recordSectorLimit, in: &arena)
    var recovery = try start(&disk, &blocks)
    var summary = Summary(sectorCount: disk.sectorCount)
    var failure: (any Error)?
    while failure == nil {
      while failure == nil, recovery.nextEntry() {
        do {
          try take(recovery.entryNumber, recovery.position.recordCount, recovery.entry)
        } catch {
          failure = error
        }
      }
      guard failure == nil, let request = recovery.nextRequest() else { break }
      _ = disk.submit(request)
      guard let completion = disk.completion() else { break }
      recovery.complete(completion)
    }
    if case .failed(let error) = recovery.status { failure = describe(error) }
    summary.recordCount = recovery.position.recordCount
    summary.entryCount = recovery.position.entryCount
    summary.usedSectorCount = recovery.position.sector
    summary.tornTailSector = recovery.tornTailSector
    recovery.close(into: &blocks)
    if let failure { throw failure }
    return summary
  }

  private func start(_ disk: inout DiskPart<FileDisk>, _ blocks: inout BlockPool) throws -> JournalRecovery {
    do throws(JournalError) {
      return try JournalRecovery(
        sectorCount: disk.sectorCount, isReadOnly: true, canFlush: false, purpose: .inspection,
        newJournalID: 0,
        blocks: &blocks)
    } catch {
      throw describe(error)
    }
  }

  private func describe(_ error: JournalError) -> CommandFailure {
    let place = [error.sector.map { "sector \($0)" }, error.sequence.map { "record \($0)" }].compactMap { $0 }
    // What the kernel advises would make it a journal, and lose what it is.
    let text = error == .notAJournal ? "neither a journal nor a blank disk" : error.message.description
    return CommandFailure("\(path): \(text)" + (place.isEmpty ? "" : " (\(place.joined(separator: ", ")))"))
  }
}

/// Applying the inputs again.
extension JournalReader {
  /// Room for what the largest guest can hold.
  private static let orderLimits = OrderLimits(orders: 1 << 20, symbols: 1 << 18)
  private static let clientLimits = ClientLimits(messagesPerClient: 1024)

  /// Applies every input again and says what came of it.
  ///
  /// - Throws: when the journal is damaged, or holds what this version would not have written.
  func replay() throws -> Summary {
    let byteCount = Self.orderLimits.byteCount + Self.clientLimits.byteCount + (1 << 20)
    var arena = HostMemory.arena(byteCount: byteCount)
    var venue = try LocalVenue(orders: Self.orderLimits, clients: Self.clientLimits, hashSeed: 1, in: &arena)
    var summary = try forEachEntry { number, record, bytes in
      guard let entry = JournalEntry(bytes), venue.replay(entry, number: number) else {
        throw CommandFailure(
          "\(path): input \(number) (record \(record)) does not do what it did when it was written: "
            + "another version wrote this journal.")
      }
    }
    summary.liveOrderCount = venue.liveOrderCount
    summary.clientCount = venue.rememberedClientCount
    summary.stateDigest = venue.stateDigest
    return summary
  }
}
