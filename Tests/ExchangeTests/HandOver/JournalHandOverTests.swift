import Buffers
import Journaling
import Queues
import Reactors
import TestSupport
import Timing
import Tracing
import XCTest

@testable import Exchange

/// What is special of a journal behind a link: what waits for what, who wakes whom, and what happens when one is gone.
final class JournalHandOverTests: XCTestCase {
  private typealias Campaign = JournalCampaign<HandedOverJournal>
  private let (entriesBell, progressBell) = (WakeBell(), WakeBell())

  private func makeCampaign(seed: UInt64 = 1, bufferCount: Int = 8) throws -> Campaign {
    let campaign = try Campaign(seed: seed)
    campaign.setting.properties = JournalLinkProperties(
      bufferCount: bufferCount, entriesWaiting: .wake(entriesBell.hook),
      progressWaiting: .wake(progressBell.hook))
    return campaign
  }

  private func run(_ campaign: Campaign, _ body: (inout HandedOverJournal) -> Void) throws {
    try campaign.live(steps: 0, then: body)
    try campaign.finish()
    XCTAssertEqual(campaign.complaints, [])
  }

  private func input(_ byteCount: Int = 47, growth: Int = 0) -> JournalInput {
    JournalInput(byteCount: byteCount, growth: growth, time: 1)
  }

  // MARK: - Back-pressure

  func testWhenAllBuffersAreOutDatagramsWaitAndNothingIsLost() throws {
    let campaign = try makeCampaign(bufferCount: 3)
    campaign.limits.groupSectorCount = 24
    try run(campaign) { tested in
      campaign.disk.delay = 30
      var taken = 0
      // Two buffers, and what the third holds: the journal core does nothing yet.
      while tested.hasRoomForDatagram && taken < 1_000 {
        for _ in 0..<20 { campaign.offer(self.input(480), &tested) }
        tested.advance(now: campaign.now)
        taken += 20
      }
      XCTAssertEqual(taken, 60, "two were sent, and one is kept")
      XCTAssertEqual(tested.takenThrough, 0)
      // It takes a group and a part of the next; then a buffer is held until the disk is ready.
      for _ in 0..<10 { tested.turnOther(now: campaign.now) }
      let held = tested.takenThrough
      XCTAssertGreaterThan(held, 24)
      XCTAssertLessThan(held, 60)
      campaign.drain(&tested)
      XCTAssertEqual(tested.durableThrough, 60)
      XCTAssertTrue(tested.hasRoomForDatagram)
    }
  }

  func testALastBufferIsReportedWhenItIsBackAndNotOnlyWhenItIsDurable() throws {
    let campaign = try makeCampaign(bufferCount: 2)
    try run(campaign) { tested in
      campaign.disk.delay = 1_000
      campaign.offer(self.input(), &tested)
      tested.advance(now: campaign.now)
      for _ in 0..<170 { campaign.offer(self.input(), &tested) }
      XCTAssertFalse(tested.hasRoomForDatagram)
      XCTAssertFalse(tested.armInterrupt())
      tested.turnOther(now: campaign.now)
      XCTAssertEqual(self.progressBell.takeCount(), 1)
      tested.advance(now: campaign.now)
      XCTAssertTrue(tested.hasRoomForDatagram)
      XCTAssertEqual(tested.durableThrough, 0)
    }
  }

  func testRoomIsWhatTheDisksJournalSaysWhenNothingIsOnItsWay() throws {
    let campaign = try makeCampaign()
    try campaign.live(steps: 200, drains: true) { tested in
      let sectorCount = Int(tested.freeSectorCount)
      for live in [0, 1, sectorCount - 40, sectorCount - 18, sectorCount - 3, sectorCount, sectorCount + 1] {
        for byteCount in [20, 66, 414, 415, 1469] {
          XCTAssertEqual(
            tested.room(forEntryOf: byteCount, liveOrders: live),
            tested.ends.service.journal.room(forEntryOf: byteCount, liveOrders: live))
        }
        XCTAssertEqual(
          tested.hasAmpleRoom(liveOrders: live),
          tested.ends.service.journal.hasAmpleRoom(liveOrders: live))
      }
      var (near, far) = (TextLog(), TextLog())
      tested.writeStatistics(to: &near)
      tested.ends.service.journal.writeStatistics(to: &far)
      XCTAssertEqual(near.bytes, far.bytes)
      XCTAssertGreaterThan(near.bytes.count, 100)
    }
    XCTAssertEqual(campaign.complaints, [])
  }

  // MARK: - Waking

  func testEachEndIsWokenOnceForWhatItWaitsForAndNotOtherwise() throws {
    let campaign = try makeCampaign()
    try run(campaign) { tested in
      XCTAssertEqual(tested.ends.service.advance(now: campaign.now), .waiting)
      XCTAssertFalse(tested.armInterrupt())
      for _ in 0..<3 {
        campaign.offer(self.input(), &tested)
        tested.advance(now: campaign.now)
      }
      XCTAssertEqual(self.entriesBell.takeCount(), 1, "it has not asked again")
      campaign.disk.delay = 2
      // The write, its flush, and nothing in between that the sessions core waits for.
      for _ in 0..<20 where tested.ends.service.journal.durableThrough == 0 {
        XCTAssertEqual(self.progressBell.takeCount(), 0)
        _ = tested.ends.service.advance(now: campaign.now)
      }
      XCTAssertEqual(self.progressBell.takeCount(), 1)
      tested.advance(now: campaign.now)
      XCTAssertEqual(tested.durableThrough, 3)
      XCTAssertFalse(tested.armInterrupt())
      XCTAssertEqual(tested.ends.service.advance(now: campaign.now), .waiting)
    }
  }

  func testNoWakeUpIsMissing() throws {
    for seed in 1...8 as ClosedRange<UInt64> {
      XCTAssertTrue(try becomesDurable(seed: seed, hearsProgress: true), "SEED=\(seed)")
    }
  }

  func testControlAMissingWakeUpIsNoticed() throws {
    XCTAssertFalse(try becomesDurable(seed: 1, hearsProgress: false))
  }

  /// Whether all that some datagrams hold becomes durable when both ends are polled only if they were woken, or said that
  /// they are ready, or a datagram can be taken.
  private func becomesDurable(seed: UInt64, hearsProgress: Bool) throws -> Bool {
    var random = SeededRandom(seed: seed)
    let campaign = try makeCampaign(seed: seed, bufferCount: 2 + Int(seed % 4))
    campaign.limits.groupSectorCount = 24
    var isDone = false
    try run(campaign) { tested in
      var (isNearAwake, isOtherAwake, datagramsLeft) = (true, true, 30)
      while true {
        let isHeard = self.progressBell.takeCount() > 0 && hearsProgress
        isNearAwake = isNearAwake || isHeard
        isOtherAwake = self.entriesBell.takeCount() > 0 || isOtherAwake
        let canTakeDatagram = datagramsLeft > 0 && tested.hasRoomForDatagram
        guard isNearAwake || isOtherAwake || canTakeDatagram else { break }
        if canTakeDatagram && Int.random(in: 0..<3, using: &random) == 0 {
          campaign.disk.delay = Int.random(in: 0..<20, using: &random)
          campaign.offerDatagram(&tested)
          datagramsLeft -= 1
          tested.advance(now: campaign.now)
        }
        if isNearAwake && Bool.random(using: &random) {
          tested.advance(now: campaign.now)
          isNearAwake = tested.armInterrupt()
        }
        if isOtherAwake && Bool.random(using: &random) {
          isOtherAwake = tested.ends.service.advance(now: campaign.now) == .ready
        }
      }
      isDone = datagramsLeft == 0 && tested.durableThrough == UInt64(campaign.inputs.count)
    }
    return isDone
  }

  // MARK: - Ends

  func testADiskThatDoesNotAnswerIsGivenUp() throws {
    let campaign = try makeCampaign()
    try run(campaign) { tested in
      campaign.disk.delay = .max
      campaign.offer(self.input(), &tested)
      tested.advance(now: campaign.now)
      tested.turnOther(now: campaign.now)
      XCTAssertEqual(tested.ends.service.journal.deadline, campaign.now + .seconds(30))
      campaign.pass(.seconds(29))
      tested.turnOther(now: campaign.now)
      tested.advance(now: campaign.now)
      XCTAssertFalse(tested.hasFailed)
      campaign.pass(.seconds(2))
      tested.turnOther(now: campaign.now)
      tested.advance(now: campaign.now)
      XCTAssertTrue(tested.hasFailed)
      XCTAssertEqual(tested.durableThrough, 0)
    }
  }

  func testAJournalCoreThatIsGoneHasFailed() throws {
    let memory = TestArena()
    let campaign = try makeCampaign()
    var blocks = try BlockPool(count: 2, sectorCount: JournalFormat.recordSectorLimit, in: &memory.arena)
    let journal = try campaign.disk.openJournal(&blocks)
    let link = try JournalLink(campaign.setting.properties, in: &memory.arena)
    let pool = link.pool
    do {
      let ends = link.ends(of: journal)
      var near = ends.journal
      XCTAssertFalse(near.armInterrupt())
      self.input().append(to: &near)
      ends.service.close().close(into: &blocks)
      XCTAssertEqual(progressBell.takeCount(), 1)
      near.advance(now: .zero)
      XCTAssertTrue(near.hasFailed)
      XCTAssertTrue(near.hasRoomForDatagram)
      XCTAssertEqual(near.room(forEntryOf: 20, liveOrders: 0), .none)
      XCTAssertFalse(near.armInterrupt(), "nothing will come")
    }
    XCTAssertEqual(pool.lentCount, 0)
    XCTAssertEqual(blocks.freeCount, 2)
  }

  func testASessionsCoreThatIsGoneLeavesItsEntriesDurable() throws {
    let memory = TestArena()
    let campaign = try makeCampaign()
    var blocks = try BlockPool(count: 2, sectorCount: JournalFormat.recordSectorLimit, in: &memory.arena)
    let journal = try campaign.disk.openJournal(&blocks)
    let link = try JournalLink(campaign.setting.properties, in: &memory.arena)
    let pool = link.pool
    let ends = link.ends(of: journal)
    var service = ends.service
    do {
      var near = ends.journal
      self.input().append(to: &near)
      near.advance(now: .zero)
    }
    for _ in 0..<20 where service.advance(now: .zero) == .ready {}
    XCTAssertEqual(service.advance(now: .zero), .waiting)
    XCTAssertEqual(service.journal.durableThrough, 1)
    XCTAssertEqual(pool.lentCount, 0)
    service.close().close(into: &blocks)
    XCTAssertEqual(blocks.freeCount, 2)
  }
}

/// Keeps what is written.
private struct TextLog: TextWriter {
  var bytes: [UInt8] = []
  mutating func write(byte: UInt8) { bytes.append(byte) }
}
