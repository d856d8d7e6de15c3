public import Buffers
public import Journaling

/// Reads the journal at boot and sends its inputs through the order process again, until the state is what it was.
///
/// Call `step` until it is not `waiting` any more; in between wait for the disk, not longer than its patience.
/// Context: boot.
public struct JournalOpening<Disk: BlockPort & ~Copyable>: ~Copyable {
  public enum Status: Equatable, Sendable {
    /// A request is out.
    case waiting
    case finished
    case failed(JournalError)
    /// The entry with this number cannot be applied as it was: another version, or other limits, wrote it.
    case notReplayable(entry: UInt64)
  }

  private var recovery: JournalRecovery
  public var disk: Disk

  public init(_ recovery: consuming JournalRecovery, disk: consuming Disk) {
    self.recovery = recovery
    self.disk = disk
  }

  /// Goes as far as it can without waiting.
  public mutating func step<Engine: VenueEngine & ~Copyable>(_ venue: inout OrderVenue<Engine>) -> Status {
    while true {
      while recovery.nextEntry() {
        guard let entry = JournalEntry(recovery.entry), venue.replay(entry, number: recovery.entryNumber)
        else {
          return .notReplayable(entry: recovery.entryNumber)
        }
      }
      switch recovery.status {
      case .working: break
      case .finished: return .finished
      case .failed(let error): return .failed(error)
      }
      submitNext()
      guard let completion = disk.completion() else { return .waiting }
      recovery.complete(completion)
    }
  }

  private mutating func submitNext() {
    guard let request = recovery.nextRequest() else { return }
    if let refused = disk.submit(request) { recovery.putBack(refused) }
    disk.flush()
  }

  /// Records read.
  public var recordCount: UInt64 { recovery.position.recordCount }
  /// Where the disk held something behind the last record that was never acknowledged, and was cut.
  public var tornTailSector: UInt64? { recovery.tornTailSector }

  /// The journal, to go on with. `step` has said `finished`.
  public consuming func finish() -> DiskJournal<Disk> {
    DiskJournal(writer: JournalWriter(recovery), disk: disk)
  }

  /// Gives up, and gives the blocks back. The disk holds none of them any more.
  public consuming func close(into blocks: inout BlockPool) { recovery.close(into: &blocks) }
}
