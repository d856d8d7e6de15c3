import Buffers
import Exchange
import Journaling
import Queues
import Sessions
import TestSupport
import Timing

/// Inputs of an order process that lives on a journal, its two ends and its disk taking turns in any order, all from one
/// seed; after that the power is cut, and another life begins on the same disk.
///
/// What must hold: an input that was applied finds room, and whatever becomes of those on their way, each live order
/// keeps a sector for its cancel; a journal that has not failed makes everything durable; durable entries only become
/// more, and none does after a failure; after a crash the entries are the first of those appended, byte for byte, and all
/// that were called durable are among them; all blocks and buffers come home.
final class JournalCampaign<Tested: TestedJournal & ~Copyable> {
  let setting = JournalSetting()
  let disk: FakeDisk
  var limits = JournalLimits()
  /// How likely an input grows the books, of 8.
  var growth = 4
  private(set) var complaints: [String] = []

  // What it came to, to see that it reaches what it is for.
  private(set) var waitCount = 0
  private(set) var refusedCount = 0
  private(set) var droppedCount = 0
  private(set) var lostCount = 0
  private(set) var durableCount = 0

  private let seed: UInt64
  private var random: SeededRandom
  private var blocks: BlockPool
  private let memory = TestArena(byteCount: 1 << 21)
  private(set) var inputs: [JournalInput] = []
  /// After so many inputs: the live orders, and the sectors of records with one input each.
  private var sums: [(live: Int, sectors: Int)] = [(0, 0)]
  private(set) var told = 0
  private(set) var hasSeenFailure = false
  private(set) var now = Instant(nanoseconds: 1_000)

  init(seed: UInt64, sectorCount: UInt64 = 1024) throws {
    self.seed = seed
    random = SeededRandom(seed: seed)
    disk = FakeDisk(sectorCount: sectorCount, seed: seed)
    blocks = try BlockPool(count: 2, sectorCount: JournalFormat.recordSectorLimit, in: &memory.arena)
    limits.extentStepSectorCount = 8
    limits.groupSectorCount = [24, 40, 128].randomElement(using: &random)!
  }

  var liveCount: Int { sums.last!.live }

  func complain(_ text: String) { complaints.append("SEED=\(seed): \(text)") }

  /// A life: reads the journal, works for some steps, makes everything durable if asked to, and ends in a crash.
  func live(steps: Int, drains: Bool = false, then: (inout Tested) -> Void = { _ in }) throws {
    guard let journal = open() else { return }
    do {
      var tested = try Tested(journal, setting, in: memory)
      for _ in 0..<steps where complaints.isEmpty { step(&tested) }
      if drains && complaints.isEmpty { drain(&tested) }
      if complaints.isEmpty { then(&tested) }
      crash()
      tested.close(into: &blocks)
    }
    if blocks.freeCount != blocks.capacity { complain("a block is missing") }
    if let pool = setting.pool, pool.lentCount != 0 { complain("a buffer is missing") }
  }

  /// One more life that does nothing but read.
  func finish() throws { try live(steps: 0) }

  // MARK: - Turns

  private func step(_ tested: inout Tested) {
    now = now + .nanoseconds(UInt64.random(in: 1...2_000, using: &random))
    switch Int.random(in: 0..<8, using: &random) {
    case 0...2: offerDatagram(&tested)
    case 3...4: advance(&tested)
    case 5...6: tested.turnOther(now: now)
    default:
      disk.delay = Int.random(in: 0...3, using: &random)
      disk.queueLimit = Int.random(in: 0..<4, using: &random) == 0 ? 0 : 64
    }
  }

  private func advance(_ tested: inout Tested) {
    tested.advance(now: now)
    let durable = Int(tested.durableThrough)
    if durable < told { complain("entry \(told) is not durable any more") }
    if durable > inputs.count { complain("entry \(durable) is durable, and was not appended") }
    if hasSeenFailure && durable > told { complain("entry \(durable) is durable after a failure") }
    told = durable
    hasSeenFailure = tested.hasFailed
  }

  /// Lets both ends work until all is durable, or the disk has failed.
  func drain(_ tested: inout Tested) {
    (disk.delay, disk.queueLimit) = (0, 64)
    for _ in 0..<200 {
      now = now + .microseconds(1)
      advance(&tested)
      tested.turnOther(now: now)
      if tested.hasFailed && hasSeenFailure || told == inputs.count { break }
    }
    if !tested.hasFailed && told != inputs.count { complain("entry \(told + 1) does not become durable") }
    durableCount = told
  }

  /// Time passes with nothing but the disk's patience at an end.
  func pass(_ duration: Timing.Duration) { now = now + duration }

  // MARK: - Inputs

  /// Applies a datagram's messages, as the order node does; none when the journal has to be waited for.
  func offerDatagram(_ tested: inout Tested) {
    guard tested.hasRoomForDatagram else {
      waitCount += 1
      return
    }
    for input in JournalInput.datagram(growth: growth, using: &random) where complaints.isEmpty {
      offer(input, &tested)
    }
  }

  /// Applies one input if the journal has room for it. True when it was.
  @discardableResult
  func offer(_ offered: JournalInput, _ tested: inout Tested) -> Bool {
    var input = offered
    let live = liveCount
    if live + input.growth < 0 { input.growth = 0 }
    let room = tested.room(forEntryOf: input.byteCount, liveOrders: live)
    if tested.hasAmpleRoom(liveOrders: live) && room != .ample { complain("ample room is none") }
    switch room {
    case .ample: break
    case .answers where input.growth <= 0: break
    case .answers:
      input.refuse()
      refusedCount += 1
    case .cancels where input.growth < 0: break
    case .cancels, .none:
      droppedCount += 1
      return false
    }
    inputs.append(input)
    sums.append((live + input.growth, sums.last!.sectors + input.loneSectorCount))
    input.append(to: &tested)
    if tested.nextEntry != UInt64(inputs.count + 1) { complain("entry \(inputs.count) has another number") }
    checkRoom(tested)
    return true
  }

  /// Whether there is room for all that is on its way, each alone in a record, and for the cancels of all live orders.
  private func checkRoom(_ tested: borrowing Tested) {
    let onTheirWay = sums.last!.sectors - sums[Int(tested.takenThrough)].sectors
    if onTheirWay + liveCount > tested.freeSectorCount { complain("no room after entry \(inputs.count)") }
  }

  // MARK: - Crashes

  private func crash() {
    hasSeenFailure = false
    disk.faults = []
    if Int.random(in: 0..<4, using: &random) == 0 {
      disk.resetMachine(returningBlocksTo: &blocks)
    } else {
      disk.cutPower(returningBlocksTo: &blocks)
    }
  }

  /// Reads the journal, and checks what is in it.
  private func open() -> DiskJournal<FakeDisk>? {
    (disk.delay, disk.queueLimit) = (0, 64)
    var entries: [[UInt8]] = []
    do {
      let journal = try disk.openJournal(limits: limits, journalID: seed, &blocks) { entries.append($0) }
      check(entries)
      return journal
    } catch {
      complain("the journal cannot be read: \(error)")
      return nil
    }
  }

  private func check(_ entries: [[UInt8]]) {
    if entries.count < told { complain("\(entries.count) of \(told) durable entries are left") }
    if entries.count > inputs.count || !zip(inputs, entries).allSatisfy({ $0.bytes == $1 }) {
      complain("other entries than were appended")
    }
    lostCount += max(0, inputs.count - entries.count)
    inputs.removeLast(max(0, inputs.count - entries.count))
    sums.removeLast(sums.count - 1 - inputs.count)
    told = entries.count
  }
}
