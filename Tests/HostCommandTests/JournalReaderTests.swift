import Buffers
import Foundation
import Journaling
import Partitions
import TestSupport
import XCTest

@testable import sluice

/// `sluice journal` on images of whole disks and of partitioned ones.
final class JournalReaderTests: XCTestCase {
  private let memory = TestArena()
  private var paths: [String] = []

  override func tearDown() {
    for path in paths { try? FileManager.default.removeItem(atPath: path) }
  }

  private func file(_ bytes: [UInt8]) throws -> String {
    let path = FileManager.default.temporaryDirectory.path + "/sluice-\(UUID().uuidString).img"
    paths.append(path)
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    return path
  }

  /// Writes a journal with these entries to the disk.
  private func writeJournal(_ entries: [[UInt8]], to disk: consuming DiskPart<FakeDisk>) throws {
    var pool = try BlockPool(count: 2, sectorCount: JournalFormat.recordSectorLimit, in: &memory.arena)
    var recovery = try JournalRecovery(
      sectorCount: disk.sectorCount, isReadOnly: false, canFlush: true, purpose: .appending, newJournalID: 7,
      blocks: &pool)
    while let request = recovery.nextRequest() {
      _ = disk.submit(request)
      recovery.complete(disk.completion()!)
    }
    var writer = JournalWriter(recovery)
    for entry in entries {
      _ = try writer.append(entry.rawBytes)
      while let request = writer.nextRequest() {
        _ = disk.submit(request)
        writer.complete(disk.completion()!)
      }
    }
    writer.close(into: &pool)
  }

  private func read(_ reader: JournalReader) throws -> [Int] {
    var byteCounts: [Int] = []
    let summary = try reader.forEachEntry { _, _, bytes in byteCounts.append(bytes.byteCount) }
    XCTAssertEqual(summary.recordCount, UInt64(byteCounts.count))
    return byteCounts
  }

  private static let entries = (1...5).map { [UInt8](repeating: 0x5A, count: $0 * 100) }

  func testReadsTheJournalsPartition() throws {
    let images: [TableImage] = [.two, .blocksOf4096]
    for image in images {
      let disk = FakeDisk(contents: image.bytes)
      let place = PartitionPlace(number: 2, firstSector: 2048, sectorCount: 4096)
      var part = DiskPart(wholeOf: disk)
      part.narrow(to: place)
      try writeJournal(Self.entries, to: part)
      let reader = try JournalReader(path: try file(disk.contents))
      XCTAssertEqual(reader.partition, place)
      XCTAssertEqual(try read(reader), [100, 200, 300, 400, 500])
      // The control: the rest of the disk is what it was.
      var contents = disk.contents
      contents.replaceSubrange(2048 * 512..<6144 * 512, with: [UInt8](repeating: 0, count: 4096 * 512))
      XCTAssertEqual(contents, image.bytes)
    }
  }

  func testReadsAWholeDisk() throws {
    let disk = FakeDisk(sectorCount: 2048)
    try writeJournal(Self.entries, to: DiskPart(wholeOf: disk))
    let reader = try JournalReader(path: try file(disk.contents))
    XCTAssertNil(reader.partition)
    XCTAssertEqual(try read(reader), [100, 200, 300, 400, 500])
    XCTAssertEqual(try read(try JournalReader(path: try file([UInt8](repeating: 0, count: 1 << 20)))), [])
  }

  func testSaysWhyADiskCannotBeRead() throws {
    var damaged = TableImage.two.bytes
    damaged[512 + 60] ^= 1
    damaged[8191 * 512 + 60] ^= 1
    let cases: [([UInt8], String)] = [
      (TableImage.none.bytes, "none of its partitions has the type of a journal, 4A0F2C1E-"),
      (TableImage.several.bytes, "several partitions of the journal's type"),
      (damaged, "its header's checksum is wrong"),
      (
        Array("QFI".utf8) + [0xFB, 0, 0, 0, 3] + [UInt8](repeating: 0, count: 1 << 18),
        "qemu-img convert -O raw"
      ),
    ]
    for (bytes, text) in cases {
      XCTAssertThrowsError(try JournalReader(path: try file(bytes))) {
        XCTAssertTrue("\($0)".contains(text), "it says: \($0)")
      }
    }
    // An image that ends inside the journal's partition.
    let cut = try file(Array(TableImage.two.bytes.prefix(4096 * 512)))
    XCTAssertThrowsError(try JournalReader(path: cut)) {
      XCTAssertTrue("\($0)".contains("the disk ends before it does"), "it says: \($0)")
    }
  }
}
