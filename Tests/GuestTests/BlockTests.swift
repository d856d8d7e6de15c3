import Buffers
import Machine
import Timing
import Virtio
import VirtioTransports

/// The block driver against QEMU's device and a scratch disk whose content does not matter.
enum BlockTests {
  static func run(
    _ report: inout TestReport, _ devices: GuestDevices, _ core: inout Core, in arena: inout Arena
  ) {
    var disk = TestDisk(devices, &core, in: &arena)
    report.run("the disk can be written and flushed") {
      $0.expect(!disk.port.isReadOnly, "the scratch disk is read-only")
      $0.expect(disk.port.canFlush, "the scratch disk has no FLUSH")
      $0.expect(
        disk.port.sectorCount >= 2048, "the scratch disk is too small, sectors", disk.port.sectorCount)
    }
    report.run("the disk reads back what was written, all of it") { readsBack(&disk, &core, &$0) }
    report.run("a write changes nothing beside it") { changesNothingBeside(&disk, &core, &$0) }
    report.run("the whole ring of requests is used") { usesTheWholeRing(&disk, &core, &$0) }
    report.run("a flush follows writes, and writes a flush") { flushes(&disk, &core, &$0) }
    report.run("sectors beyond the disk's end are refused") { refusesBeyondTheEnd(&disk, &core, &$0) }
    report.run("the disk's interrupt wakes the core, 1,000 times") { wakesTheCore(&disk, &core, &$0) }
    report.run("after a reset requests in flight have failed, and the disk works") {
      survivesAReset(&disk, &core, &$0)
    }
  }

  /// Every sector of the disk, with as many requests in flight as fit.
  private static func readsBack(_ disk: inout TestDisk, _ core: inout Core, _ report: inout TestReport) {
    disk.generation = core.now.nanoseconds
    let (wroteAll, _) = pass(.write, &disk, &core)
    report.expect(wroteAll, "a write failed")
    report.expect(disk.perform(.flush, &core) == .succeeded, "the flush failed")
    let (readAll, mismatches) = pass(.read, &disk, &core)
    report.expect(readAll, "a read failed")
    report.expect(mismatches == 0, "words read are not those written", mismatches)
    disk.generation &+= 1
    let (_, strangers) = pass(.read, &disk, &core)
    report.expect(
      strangers == disk.port.sectorCount * 64, "another pattern was found to match, words", strangers)
    report.expect(disk.isBalanced, "a block is missing, free", UInt64(disk.pool.freeCount))
  }

  /// Goes once over the disk, in steps of 1 to 64 sectors.
  private static func pass(
    _ operation: BlockRequest.Operation, _ disk: inout TestDisk, _ core: inout Core
  ) -> (isComplete: Bool, mismatches: UInt64) {
    var next: UInt64 = 0
    var mismatches: UInt64 = 0
    var isComplete = true
    while next < disk.port.sectorCount || disk.port.inFlightCount > 0 {
      while next < disk.port.sectorCount {
        let wanted = next % 7 == 0 ? TestDisk.sectorLimit : 1 + Int(next % 13)
        let count = min(wanted, Int(disk.port.sectorCount - next))
        guard disk.submit(operation, sector: next, count: count) else { break }
        next += UInt64(count)
      }
      if operation == .read {
        guard let wrong = disk.finishReading(&core) else { return (false, mismatches) }
        mismatches += wrong
      } else {
        guard let status = disk.finish(&core) else { return (false, 0) }
        isComplete = isComplete && status == .succeeded
      }
    }
    return (isComplete, mismatches)
  }

  private static func changesNothingBeside(
    _ disk: inout TestDisk, _ core: inout Core, _ report: inout TestReport
  ) {
    disk.generation = 1
    report.expect(disk.perform(.write, sector: 96, count: 64, &core) == .succeeded, "the first write failed")
    disk.generation = 2
    report.expect(disk.perform(.write, sector: 117, count: 3, &core) == .succeeded, "the second write failed")
    let places: InlineArray<3, (sector: UInt64, count: Int, generation: UInt64)> = [
      (96, 21, 1), (117, 3, 2), (120, 40, 1),
    ]
    for index in 0..<places.count {
      disk.generation = places[index].generation
      guard disk.submit(.read, sector: places[index].sector, count: places[index].count),
        let mismatches = disk.finishReading(&core)
      else { return report.expect(false, "a read failed at sector", places[index].sector) }
      report.expect(mismatches == 0, "wrong words behind sector", places[index].sector)
    }
  }

  /// Submits until the driver gives a request back: that is after as many as it says, and all of them complete.
  private static func usesTheWholeRing(_ disk: inout TestDisk, _ core: inout Core, _ report: inout TestReport)
  {
    disk.generation = 3
    for round in 0..<UInt64(5) {
      var submitted = 0
      while disk.submit(.write, sector: 1 + UInt64(submitted) * 3 + round, count: 1) { submitted += 1 }
      report.expect(submitted == disk.port.requestCapacity, "requests in flight", UInt64(submitted))
      report.expect(disk.pool.freeCount == 1, "the request given back lost its block")
      for _ in 0..<submitted {
        report.expect(disk.finish(&core) == .succeeded, "a write of a full ring failed")
      }
      report.expect(disk.isBalanced, "a block is missing, free", UInt64(disk.pool.freeCount))
    }
    report.note("requests in flight", UInt64(disk.port.requestCapacity))
  }

  private static func flushes(_ disk: inout TestDisk, _ core: inout Core, _ report: inout TestReport) {
    disk.generation = 4
    for round in 0..<UInt64(50) {
      report.expect(disk.submit(.write, sector: 500 + round, count: 1), "no room for a write")
      report.expect(disk.submit(.write, sector: 600 + round, count: 1), "no room for a write")
      report.expect(disk.finish(&core) == .succeeded, "a write failed in round", round)
      report.expect(disk.finish(&core) == .succeeded, "a write failed in round", round)
      report.expect(disk.perform(.flush, &core) == .succeeded, "a flush failed in round", round)
    }
    report.expect(disk.submit(.read, sector: 500, count: 50), "no room for a read")
    report.expect(disk.finishReading(&core) == 0, "what was flushed is not what was written")
    report.expect(disk.port.counters.failures == 0, "requests failed", disk.port.counters.failures)
  }

  private static func refusesBeyondTheEnd(
    _ disk: inout TestDisk, _ core: inout Core, _ report: inout TestReport
  ) {
    let end = disk.port.sectorCount
    let before = disk.port.counters.refusals
    let places: InlineArray<4, (sector: UInt64, count: Int)> = [
      (end, 1), (end - 1, 2), (.max, 1), (.max - 1, 64),
    ]
    for index in 0..<places.count {
      let (sector, count) = places[index]
      report.expect(
        disk.perform(.write, sector: sector, count: count, &core) == .failed, "a write, sector", sector)
      report.expect(
        disk.perform(.read, sector: sector, count: count, &core) == .failed, "a read, sector", sector)
    }
    report.expect(disk.port.counters.refusals - before == 8, "refusals", disk.port.counters.refusals - before)
    disk.generation = 5
    report.expect(disk.perform(.write, sector: end - 1, count: 1, &core) == .succeeded, "the last sector")
    report.expect(disk.isBalanced, "a block is missing, free", UInt64(disk.pool.freeCount))
  }

  /// Sleeps for each completion with an alarm far behind: only the disk's interrupt may end the sleep.
  private static func wakesTheCore(_ disk: inout TestDisk, _ core: inout Core, _ report: inout TestReport) {
    var lost: UInt64 = 0
    var slept: UInt64 = 0
    for round in 0..<UInt64(1_000) {
      guard disk.submit(.read, sector: round, count: 1) else { return report.expect(false, "no room") }
      disk.port.flush()
      // The completion often comes between these steps, which is what this is about.
      InterruptTests.spin(for: .nanoseconds(round % 64 * 1_000), &core)
      while !disk.port.armInterrupt() {
        let now = core.now
        core.arm(for: now + .seconds(2))
        slept += 1
        core.haltUnlessPending()
        if core.pendingSources & 1 != 0 { lost += 1 }
        while core.pendingSources != 0 { _ = core.take(source: core.pendingSources.trailingZeroBitCount) }
      }
      report.expect(disk.finish(&core) == .succeeded, "a read failed in round", round)
    }
    core.arm(for: .never)
    report.expect(lost == 0, "wake-ups lost", lost)
    report.expect(slept > 0, "the core never slept")
    report.note("sleeps in 1,000 reads", slept)
  }

  private static func survivesAReset(_ disk: inout TestDisk, _ core: inout Core, _ report: inout TestReport) {
    var submitted = 0
    while disk.submit(.read, sector: UInt64(submitted), count: 64) { submitted += 1 }
    disk.port.flush()
    disk.port.cancelAll()
    var failed = 0
    while let completion = disk.port.completion() {
      if completion.status == .failed { failed += 1 }
      disk.pool.give(completion.request.block)
    }
    report.expect(failed == submitted, "requests that failed with the reset", UInt64(failed))
    report.expect(disk.port.counters.resets == 1, "resets", disk.port.counters.resets)
    disk.generation = 6
    report.expect(disk.perform(.write, sector: 7, count: 9, &core) == .succeeded, "a write after the reset")
    report.expect(disk.submit(.read, sector: 7, count: 9), "no room after the reset")
    report.expect(disk.finishReading(&core) == 0, "what was read after the reset is wrong")
    report.expect(disk.isBalanced, "a block is missing, free", UInt64(disk.pool.freeCount))
  }
}
