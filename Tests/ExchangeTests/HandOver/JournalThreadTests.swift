import Buffers
import Foundation
import Journaling
import Queues
import Reactors
import TestSupport
import Timing
import XCTest

@testable import Exchange

/// A journal handed over from one thread to another, each of which sleeps until it is woken.
final class JournalThreadTests: XCTestCase {
  private let memory = TestArena()
  private let (entriesBell, progressBell) = (WakeBell(), WakeBell())

  /// What a thread has for itself, and its last owner finds when the thread has ended.
  private final class Held<Value: ~Copyable>: @unchecked Sendable {
    private var value: Value?
    init(_ value: consuming Value) { self.value = consume value }
    func take() -> Value { value.take()! }
    func put(_ value: consuming Value) { self.value = consume value }
  }

  /// Sends inputs until all are durable or the journal core is gone; gives back how many were called durable.
  private static func send(_ inputs: [JournalInput], to near: consuming RemoteJournal, _ bell: WakeBell)
    -> Int
  {
    var near = near
    var next = 0
    while near.durableThrough < inputs.count && !near.hasFailed {
      if next < inputs.count && near.hasRoomForDatagram {
        let end = min(inputs.count, next + 1 + next % 9)
        for input in inputs[next..<end] { input.append(to: &near) }
        next = end
      } else if !near.armInterrupt() {
        bell.wait()
      }
      near.advance(now: .zero)
    }
    return Int(near.durableThrough)
  }

  /// Serves until nothing will come any more, or for so many polls.
  private static func serve(
    _ service: consuming JournalService<FakeDisk>, _ bell: WakeBell, pollLimit: Int
  ) -> DiskJournal<FakeDisk> {
    var service = service
    var pollsLeft = pollLimit
    while !service.isAlone && pollsLeft > 0 {
      pollsLeft -= 1
      if service.advance(now: .zero) == .waiting && !service.isAlone && pollsLeft > 0 { bell.wait() }
    }
    return service.close()
  }

  /// Gives back how many inputs were called durable.
  @discardableResult
  private func run(inputCount: Int, pollLimit: Int, bufferCount: Int, seed: UInt64) throws -> Int {
    let disk = FakeDisk(sectorCount: 4096, seed: seed)
    var blocks = try BlockPool(count: 2, sectorCount: JournalFormat.recordSectorLimit, in: &memory.arena)
    let link = try JournalLink(
      JournalLinkProperties(
        bufferCount: bufferCount, entriesWaiting: .wake(entriesBell.hook),
        progressWaiting: .wake(progressBell.hook)), in: &memory.arena)
    let pool = link.pool
    let inputs = (0..<inputCount).map {
      JournalInput(byteCount: [9, 47, 480][$0 % 3], growth: 0, time: UInt64($0))
    }
    let ends = link.ends(of: try disk.openJournal(&blocks))
    disk.delay = Int(seed % 4)
    let (near, service) = (Held(ends.journal), Held(ends.service))
    let (told, journal) = (Held(0), Held<DiskJournal<FakeDisk>?>(nil))
    let done = DispatchGroup()
    let threads = [
      Thread { [progressBell] in
        told.put(Self.send(inputs, to: near.take(), progressBell))
        done.leave()
      },
      Thread { [entriesBell] in
        journal.put(Self.serve(service.take(), entriesBell, pollLimit: pollLimit))
        done.leave()
      },
    ]
    for thread in threads {
      done.enter()
      thread.start()
    }
    done.wait()
    disk.cutPower(returningBlocksTo: &blocks)
    if let journal = journal.take() { journal.close(into: &blocks) }
    XCTAssertEqual(pool.lentCount, 0, "all buffers are home")
    XCTAssertEqual(blocks.freeCount, 2)
    let durable = told.take()
    check(disk, inputs, durable: durable, isWhole: pollLimit == .max, &blocks)
    return durable
  }

  private func check(
    _ disk: FakeDisk, _ inputs: [JournalInput], durable: Int, isWhole: Bool, _ blocks: inout BlockPool
  ) {
    var entries: [[UInt8]] = []
    disk.delay = 0
    do throws(JournalError) {
      try disk.openJournal(&blocks) { entries.append($0) }.close(into: &blocks)
    } catch { XCTFail("\(error)") }
    XCTAssertGreaterThanOrEqual(entries.count, durable)
    if isWhole { XCTAssertEqual(durable, inputs.count) }
    XCTAssertEqual(entries, inputs.prefix(entries.count).map(\.bytes))
  }

  func testAllInputsBecomeDurableInTheirOrder() throws {
    for seed in 0..<4 as Range<UInt64> {
      try run(inputCount: 1_000, pollLimit: .max, bufferCount: 2 + Int(seed), seed: seed)
    }
  }

  func testAJournalCoreThatStopsLosesNothingThatWasCalledDurable() throws {
    let durable = try (0..<8 as Range<UInt64>).map {
      try run(inputCount: 1_000, pollLimit: 5 + 9 * Int($0), bufferCount: 3, seed: $0)
    }
    XCTAssertTrue(durable.contains { $0 > 0 && $0 < 1_000 }, "\(durable)")
  }
}
