import Buffers
import TestSupport

@testable import Journaling

/// Appends entries from a seed, cuts the power after a given number of requests, recovers, and compares; a few
/// lives in a row on one disk.
///
/// What must hold after every life: the recovered entries are the first ones of those appended, byte for byte
/// and in order, and all that were acknowledged are among them.
struct CrashCampaign {
  /// Ways to be wrong on purpose, so that the comparison is seen to find it.
  enum Mistake {
    case none
    /// Entries count as acknowledged once written.
    case acknowledgesBeforeFlush
    /// The disk says it flushes, and does not.
    case diskIgnoresFlushes
    /// Recovery believes a header without looking at the body.
    case ignoresBodyChecksums
  }

  struct Outcome: Equatable {
    var crashes = 0
    /// Recoveries that missed an acknowledged entry, or refused the disk.
    var losses = 0
    /// Recoveries that gave entries that were not appended so.
    var wrongRecoveries = 0
    /// Torn tails cut, superblocks moved on: shows that the campaign reaches what it is for.
    var tornTails = 0
    var extensions = 0
    var firstFailure: String?
  }

  let mistake: Mistake
  private(set) var outcome = Outcome()

  init(_ mistake: Mistake = .none) { self.mistake = mistake }

  /// One disk: the first life ends after `firstCut` requests; returns false when it did not come to that.
  mutating func run(seed: UInt64, firstCut: Int) throws -> Bool {
    var random = SeededRandom(seed: seed)
    let disk = FakeDisk(sectorCount: 1024, seed: seed &* 1000 &+ UInt64(firstCut))
    disk.ignoresFlushes = mistake == .diskIgnoresFlushes
    let arena = TestArena(byteCount: 1 << 20)
    let journal = try JournalHarness(disk, memory: arena)
    journal.limits.extentStepSectorCount = 8
    journal.limits.groupSectorCount = 6
    journal.verifiesBodies = mistake != .ignoresBodyChecksums
    var life = Life(seed: seed, requestsLeft: firstCut)
    try live(&life, journal, &random)
    guard life.requestsLeft == 0 else { return false }
    for _ in 0..<2 {
      life.requestsLeft = Int.random(in: 0..<60, using: &random)
      try live(&life, journal, &random)
    }
    life.requestsLeft = .max
    life.entriesLeft = 3
    try live(&life, journal, &random)
    return true
  }

  /// Recovers, compares, appends, and ends with the power cut or, now and then, with a reset.
  private mutating func live(
    _ life: inout Life, _ journal: JournalHarness, _ random: inout SeededRandom
  ) throws {
    guard let entries = recover(&life, journal) else { return crash(journal, &random) }
    check(entries, &life)
    if journal.tornTailSector != nil { outcome.tornTails += 1 }
    guard journal.writer != nil else { return }
    var generation = journal.writer?.superblock.generation
    var entriesLeft = life.entriesLeft
    while entriesLeft > 0 || journal.isBusy {
      if entriesLeft > 0, Int.random(in: 0..<3, using: &random) > 0 {
        let isAppended = (try? journal.append(life.next(&random))) != nil
        if isAppended { entriesLeft -= 1 } else { life.appended.removeLast() }
      }
      if journal.submit() {
        if life.spendRequest() { break }
      } else {
        _ = journal.complete()
      }
      if mistake == .acknowledgesBeforeFlush { life.acknowledge(journal.writtenThrough) }
      life.acknowledge(Int(journal.writer?.durableThrough ?? 0))
      if journal.writer?.superblock.generation != generation {
        generation = journal.writer?.superblock.generation
        outcome.extensions += 1
      }
    }
    crash(journal, &random)
  }

  private mutating func recover(_ life: inout Life, _ journal: JournalHarness) -> [[UInt8]]? {
    do {
      return try journal.open(.appending, journalID: life.seed) { life.spendRequest() }
    } catch {
      outcome.losses += 1
      outcome.firstFailure = outcome.firstFailure ?? "seed \(life.seed): \(error)"
      return life.appended
    }
  }

  private mutating func check(_ entries: [[UInt8]], _ life: inout Life) {
    if entries.count < life.acknowledged {
      outcome.losses += 1
      outcome.firstFailure =
        outcome.firstFailure ?? "seed \(life.seed): \(entries.count) of \(life.acknowledged) acknowledged"
    }
    if entries.count > life.appended.count || entries != [[UInt8]](life.appended[..<entries.count]) {
      outcome.wrongRecoveries += 1
      outcome.firstFailure = outcome.firstFailure ?? "seed \(life.seed): wrong entries"
    }
    life.appended = entries
    life.acknowledged = entries.count
  }

  private mutating func crash(_ journal: JournalHarness, _ random: inout SeededRandom) {
    outcome.crashes += 1
    if Int.random(in: 0..<4, using: &random) == 0 {
      journal.disk.resetMachine(returningBlocksTo: &journal.pool)
    } else {
      journal.disk.cutPower(returningBlocksTo: &journal.pool)
    }
    journal.closeWriter()
  }
}

/// What is known from outside the disk.
private struct Life {
  let seed: UInt64
  /// The crash comes after so many requests.
  var requestsLeft: Int
  var entriesLeft = 40
  var appended: [[UInt8]] = []
  var acknowledged = 0
  private var serial: UInt64 = 0

  init(seed: UInt64, requestsLeft: Int) {
    self.seed = seed
    self.requestsLeft = requestsLeft
  }

  /// A new entry, unlike all others, mostly short.
  mutating func next(_ random: inout SeededRandom) -> [UInt8] {
    serial += 1
    let byteCount = [8, 60, 300, 900, 1500, 2500].randomElement(using: &random)!
    var entry = [UInt8](repeating: UInt8(truncatingIfNeeded: serial), count: byteCount)
    for index in 0..<8 { entry[index] = UInt8(truncatingIfNeeded: serial &>> UInt64(index * 8)) }
    appended.append(entry)
    return entry
  }

  mutating func acknowledge(_ count: Int) { acknowledged = max(acknowledged, count) }

  /// True when that was the last request before the crash.
  mutating func spendRequest() -> Bool {
    guard requestsLeft > 0 else { return true }
    requestsLeft -= 1
    return requestsLeft == 0
  }
}

extension JournalHarness {
  /// Whether something is still on its way to the disk.
  var isBusy: Bool {
    guard let appended = writer?.entryCount, let durable = writer?.durableThrough else { return false }
    return durable < appended
  }

  /// Entries in records that the disk has completed writing.
  var writtenThrough: Int {
    guard case .flushing? = writer?.stage else { return 0 }
    return Int(writer?.head.entryCount ?? 0)
  }
}
