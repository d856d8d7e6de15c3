import Buffers
import Exchange
import Journaling
import TestSupport

extension FakeDisk {
  /// Reads the journal that is on the disk, or makes one, and goes on with it.
  func openJournal(
    limits: JournalLimits = JournalLimits(), journalID: UInt64 = 1, _ blocks: inout BlockPool,
    receive: (_ entry: [UInt8]) -> Void = { _ in }
  ) throws(JournalError) -> DiskJournal<FakeDisk> {
    var recovery = try JournalRecovery(
      sectorCount: sectorCount, isReadOnly: isReadOnly, canFlush: canFlush, purpose: .appending,
      newJournalID: journalID, limits: limits, blocks: &blocks)
    while true {
      while recovery.nextEntry() { receive(recovery.entry.array) }
      guard let request = recovery.nextRequest() else { break }
      if let refused = submit(request) { recovery.putBack(refused) }
      while let completion = completion() { recovery.complete(completion) }
    }
    guard case .failed(let error) = recovery.status else {
      return DiskJournal(writer: JournalWriter(recovery), disk: self)
    }
    recovery.close(into: &blocks)
    throw error
  }
}

extension RawSpan {
  var array: [UInt8] {
    // SAFETY: the bytes are copied before the closure ends.
    unsafe withUnsafeBytes { unsafe [UInt8]($0) }
  }
}
