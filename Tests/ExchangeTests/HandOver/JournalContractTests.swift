import Buffers
import Exchange
import Foundation
import Journaling
import TestSupport
import XCTest

/// What any journal must hold, on a disk of its own core and on one behind a link.
///
/// `CRASH_SEEDS=1000 swift test -c release --filter JournalContract` runs long.
final class JournalContractTests: XCTestCase {
  private typealias Direct = JournalCampaign<DiskJournal<FakeDisk>>
  private typealias HandedOver = JournalCampaign<HandedOverJournal>
  private let cutCount = ProcessInfo.processInfo.environment["CRASH_SEEDS"].flatMap { Int($0) } ?? 40

  private func check<Tested: TestedJournal & ~Copyable>(
    _ campaign: JournalCampaign<Tested>, line: UInt = #line
  ) {
    XCTAssertEqual(campaign.complaints, [], line: line)
  }

  // MARK: - Crashes

  /// A few lives, each cut off after some steps, the last one made durable.
  private func liveAndCrash<Tested: TestedJournal & ~Copyable>(
    _ campaign: JournalCampaign<Tested>, firstCut: Int
  ) throws {
    try campaign.live(steps: firstCut)
    try campaign.live(steps: 40)
    try campaign.live(steps: 25, drains: true)
    try campaign.finish()
  }

  func testNothingCalledDurableIsLostWhereverThePowerGoes() throws {
    var (lost, waits) = (0, 0)
    for seed in 0..<cutCount {
      let cut = seed % 60
      let direct = try Direct(seed: UInt64(seed))
      try liveAndCrash(direct, firstCut: cut)
      check(direct)
      let handedOver = try HandedOver(seed: UInt64(1_000_000 + seed))
      handedOver.setting.properties.bufferCount = 2 + seed % 5
      try liveAndCrash(handedOver, firstCut: cut)
      check(handedOver)
      lost += handedOver.lostCount
      waits += handedOver.waitCount
    }
    XCTAssertGreaterThan(lost, 50, "crashes that lost what was not durable")
    XCTAssertGreaterThan(waits, 20, "datagrams that had to wait for a buffer")
  }

  func testControlReportingTooEarlyIsNoticed() throws {
    XCTAssertTrue(try complaints(about: .reportsEarly).contains { $0.contains("durable entries are left") })
  }

  func testControlALostBufferIsNoticed() throws {
    let complaints = try complaints(about: .losesABatch)
    XCTAssertTrue(complaints.contains { $0.contains("does not become durable") })
    XCTAssertTrue(complaints.contains { $0.contains("other entries") })
  }

  private func complaints(about mistake: JournalSetting.Mistake) throws -> [String] {
    var complaints: [String] = []
    for seed in 1...20 {
      let campaign = try HandedOver(seed: UInt64(seed))
      campaign.setting.mistake = mistake
      try liveAndCrash(campaign, firstCut: 40)
      complaints += campaign.complaints
    }
    return complaints
  }

  // MARK: - A disk that fills up

  /// Works up to the disk's end, and then cancels every live order.
  private func fill<Tested: TestedJournal & ~Copyable>(_ campaign: JournalCampaign<Tested>) throws {
    campaign.growth = 6
    try campaign.live(steps: 400, drains: true) { tested in
      for _ in 0..<campaign.liveCount where campaign.complaints.isEmpty {
        let cancel = JournalInput(byteCount: 9, growth: -1, time: UInt64(campaign.liveCount))
        // Now and then all in one record, now and then each in its own.
        if campaign.liveCount % 3 == 0 || !tested.hasRoomForDatagram { campaign.drain(&tested) }
        if !campaign.offer(cancel, &tested) { campaign.complain("a live order cannot be canceled") }
      }
      campaign.drain(&tested)
    }
    try campaign.finish()
  }

  func testADiskFillsUpAndEveryLiveOrderCanBeCanceled() throws {
    var (refused, dropped) = (0, 0)
    for seed in 1...12 as ClosedRange<UInt64> {
      let sectorCount = JournalFormat.minimumSectorCount + seed * 16
      let direct = try Direct(seed: seed, sectorCount: sectorCount)
      try fill(direct)
      check(direct)
      let handedOver = try HandedOver(seed: seed, sectorCount: sectorCount)
      try fill(handedOver)
      check(handedOver)
      XCTAssertEqual(handedOver.liveCount, 0)
      refused += handedOver.refusedCount
      dropped += handedOver.droppedCount
    }
    XCTAssertGreaterThan(refused, 10)
    XCTAssertGreaterThan(dropped, 10)
  }

  func testControlForgettingWhatIsOnItsWayIsNoticed() throws {
    var complaints: [String] = []
    for seed in 1...12 as ClosedRange<UInt64> {
      let campaign = try HandedOver(seed: seed, sectorCount: JournalFormat.minimumSectorCount)
      campaign.setting.mistake = .forgetsWhatIsOnItsWay
      try fill(campaign)
      complaints += campaign.complaints
    }
    XCTAssertTrue(complaints.contains { $0.contains("no room after entry") }, "\(complaints)")
  }

  // MARK: - A disk that fails

  private func fail<Tested: TestedJournal & ~Copyable>(
    _ campaign: JournalCampaign<Tested>, _ fault: FakeDisk.Fault
  ) throws {
    try campaign.live(steps: 60, drains: true) { tested in
      let durable = tested.durableThrough
      campaign.disk.faults = [fault]
      campaign.offer(JournalInput(byteCount: 47, growth: 0, time: 1), &tested)
      campaign.drain(&tested)
      XCTAssertTrue(tested.hasFailed)
      XCTAssertTrue(tested.hasRoomForDatagram, "none has to wait")
      XCTAssertFalse(tested.hasAmpleRoom(liveOrders: 0))
      XCTAssertEqual(tested.room(forEntryOf: 20, liveOrders: 1), .none)
      campaign.offerDatagram(&tested)
      campaign.drain(&tested)
      XCTAssertEqual(tested.durableThrough, durable, "nothing more is reported durable")
    }
    try campaign.live(steps: 20, drains: true)
    try campaign.finish()
  }

  func testADiskThatFailsEndsIt() throws {
    for seed in 1...8 as ClosedRange<UInt64> {
      for operation in [.write, .flush] as [BlockRequest.Operation] {
        let direct = try Direct(seed: seed, sectorCount: 2048)
        try fail(direct, FakeDisk.Fault(operation))
        check(direct)
        let handedOver = try HandedOver(seed: seed, sectorCount: 2048)
        try fail(handedOver, FakeDisk.Fault(operation, status: seed % 2 == 0 ? .failed : .unsupported))
        check(handedOver)
      }
    }
  }
}
