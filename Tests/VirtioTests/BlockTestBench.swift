import Buffers
import TestSupport
import Virtio
import XCTest

/// A block device with a driver, and the blocks of its requests.
final class BlockTestBench {
  let memory = TestArena(byteCount: 8 << 20)
  let disk: FakeVirtioDisk
  var driver: BlockDevice<FakeVirtioTransport>
  var pool: BlockPool

  struct Outcome: Equatable {
    let operation: BlockRequest.Operation
    let sector: UInt64
    let status: BlockCompletion.Status
    /// The first sector's bytes.
    let bytes: [UInt8]
  }

  init(_ disk: FakeVirtioDisk = FakeVirtioDisk(), firstRingIndex: UInt16 = 0) throws {
    self.disk = disk
    disk.device.firstRingIndex = firstRingIndex
    driver = try BlockDevice(
      FakeVirtioTransport(disk.device), firstRingIndex: firstRingIndex, in: &memory.arena)
    pool = try BlockPool(count: 80, sectorCount: 8, in: &memory.arena)
  }

  /// Submits a request with blocks full of `byte`; false when the driver has no room.
  @discardableResult
  func submit(_ operation: BlockRequest.Operation, sector: UInt64 = 0, count: Int = 1, byte: UInt8 = 0)
    -> Bool
  {
    guard var block = pool.take() else { fatalError("the test holds too many blocks") }
    var buffer = block.buffer
    for offset in 0..<buffer.byteCount { buffer.storeBytes(of: byte, toByteOffset: offset, as: UInt8.self) }
    let isFlush = operation == .flush
    let request = BlockRequest(
      operation, sector: isFlush ? 0 : sector, sectorCount: isFlush ? 0 : count, block: block)
    guard let refused = driver.submit(request) else { return true }
    pool.give(refused.block)
    return false
  }

  /// Takes one completion.
  func completion() -> Outcome? {
    guard let completion = driver.completion() else { return nil }
    let status = completion.status
    let request = completion.request
    let outcome = Outcome(
      operation: request.operation, sector: request.sector, status: status,
      bytes: Self.firstSector(of: request.block))
    pool.give(request.block)
    return outcome
  }

  private static func firstSector(of block: borrowing Block) -> [UInt8] {
    let span = block.bytes
    return (0..<512).map { unsafe span.unsafeLoad(fromByteOffset: $0, as: UInt8.self) }
  }

  /// Submits, lets the device do it, and says how it went.
  func run(
    _ operation: BlockRequest.Operation, sector: UInt64 = 0, count: Int = 1, byte: UInt8 = 0
  ) -> BlockCompletion.Status? {
    submit(operation, sector: sector, count: count, byte: byte)
    driver.flush()
    disk.completeAll()
    return completion()?.status
  }

  /// Checks that nobody broke a rule, and that every block is in the pool or in flight.
  func check(_ place: String = "", file: StaticString = #filePath, line: UInt = #line) {
    XCTAssertEqual(disk.device.violations, [], place, file: file, line: line)
    XCTAssertEqual(
      pool.freeCount + driver.inFlightCount, pool.capacity, "blocks are missing \(place)", file: file,
      line: line)
  }
}
