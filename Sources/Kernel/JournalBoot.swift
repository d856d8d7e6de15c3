import Buffers
import Exchange
import Journaling
import Machine
import Partitions
import Timing
import Tracing
import VirtioTransports
import Virtio

/// Opens the journal at boot. What cannot be opened stops the machine with the reason and the remedy.
enum JournalBoot {
  /// How long one request to the disk may take.
  private static let patience = Duration.seconds(30)

  /// The journal's two groups.
  static func pool(in arena: inout Arena) -> BlockPool {
    do throws(ArenaError) {
      return try BlockPool(count: 2, sectorCount: JournalFormat.recordSectorLimit, in: &arena)
    } catch {
      stopForMemory()
    }
  }

  /// Replays the journal on `disk` into `venue`.
  static func open<Engine: VenueEngine & ~Copyable>(
    _ disk: consuming DiskPort, replayingInto venue: inout OrderVenue<Engine>, _ pool: inout BlockPool,
    _ core: inout Core, _ log: BootLog
  ) -> JournalOpening<DiskPort> {
    do throws(JournalError) {
      let recovery = try JournalRecovery(
        sectorCount: disk.sectorCount, isReadOnly: disk.isReadOnly, canFlush: disk.canFlush,
        purpose: .appending, newJournalID: TimestampCounter.read() &* 0xBF58_476D_1CE4_E5B9, blocks: &pool)
      var opening = JournalOpening(recovery, disk: disk)
      replay(&opening, into: &venue, &core)
      venue.finishReplay()
      report(opening, venue, log)
      return opening
    } catch {
      stop(error)
    }
  }

  /// Stops the machine where the replay fails, and does not throw: the blocks of an opening that is given up would
  /// have to go back to their pool first.
  private static func replay<Engine: VenueEngine & ~Copyable>(
    _ opening: inout JournalOpening<DiskPort>, into venue: inout OrderVenue<Engine>, _ core: inout Core
  ) {
    while true {
      switch opening.step(&venue) {
      case .waiting: wait(for: &opening.disk, &core)
      case .finished: return
      case .failed(let error): stop(error)
      case .notReplayable(let entry):
        BootLog.stop {
          $0.write("the journal's entry ")
          $0.write(entry)
          $0.write(" cannot be applied as it was: it was written by another version, or with more memory")
        }
      }
    }
  }

  /// Sleeps until the disk has something, but not longer than the patience. The interrupts of a disk that is to be another
  /// core's go there already, so this one looks again soon.
  static func wait(for disk: inout DiskPort, _ core: inout Core) {
    let deadline = core.now + patience
    while !disk.armInterrupt() {
      let now = core.now
      guard now < deadline else { return disk.cancelAll() }
      core.arm(for: min(deadline, now + .microseconds(100)))
      core.haltUnlessPending()
      while core.pendingSources != 0 { _ = core.take(source: core.pendingSources.trailingZeroBitCount) }
    }
    core.arm(for: .never)
  }

  private static func report<Engine: VenueEngine & ~Copyable>(
    _ opening: borrowing JournalOpening<DiskPort>, _ venue: borrowing OrderVenue<Engine>, _ log: BootLog
  ) {
    let recordCount = opening.recordCount
    let liveOrderCount = UInt64(venue.liveOrderCount)
    let digest = venue.stateDigest
    log.line {
      $0.write("sluice: journal read: ")
      $0.write(recordCount)
      $0.write(" records, ")
      $0.write(liveOrderCount)
      $0.write(" live orders, state ")
      $0.write(hexadecimal: digest)
    }
    guard let sector = opening.tornTailSector else { return }
    log.line {
      $0.write("sluice: journal's torn tail cut at sector ")
      $0.write(sector)
      $0.write(": a write that was never acknowledged")
    }
  }

  private static func stop(_ error: JournalError) -> Never {
    BootLog.stop {
      $0.write(error.message)
      if let sector = error.sector {
        $0.write(" (sector ")
        $0.write(sector)
        if let sequence = error.sequence {
          $0.write(", record ")
          $0.write(sequence)
        }
        $0.write(")")
      }
    }
  }
}
