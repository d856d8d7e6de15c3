import Buffers
import TestSupport
import Timing
import Tracing
import XCTest

/// A writer that keeps what it is given.
private struct TextBuffer: TextWriter {
  var bytes: [UInt8] = []
  var text: String { String(decoding: bytes, as: UTF8.self) }

  mutating func write(byte: UInt8) { bytes.append(byte) }
}

final class TraceRingTests: XCTestCase {
  func testKeepsTheLastEventsAndNoOthers() throws {
    let memory = TestArena()
    var ring = try TraceRing(capacity: 4, in: &memory.arena)
    XCTAssertNil(ring.event(age: 0), "nothing has happened yet")
    for number in 0..<10 {
      ring.record(
        .frame, at: Instant(nanoseconds: UInt64(number)), subject: number, detail: UInt64(number * 2))
    }
    XCTAssertEqual(ring.recordedCount, 10)
    for age in 0..<4 {
      XCTAssertEqual(ring.event(age: age)?.subject, UInt32(9 - age))
      XCTAssertEqual(ring.event(age: age)?.detail, UInt64(9 - age) * 2)
    }
    XCTAssertNil(ring.event(age: 4))
    XCTAssertNil(ring.event(age: -1))
  }

  func testARepeatedEventOnlyCounts() throws {
    let memory = TestArena()
    var ring = try TraceRing(capacity: 4, in: &memory.arena)
    ring.record(.interrupt, at: .zero, subject: 7)
    for _ in 0..<5 { ring.recordRepeatable(.task, at: .zero, subject: 3) }
    ring.recordRepeatable(.task, at: .zero, subject: 4)
    XCTAssertEqual(ring.event(age: 0)?.subject, 4)
    XCTAssertEqual(ring.event(age: 1)?.detail, 5)
    XCTAssertEqual(ring.event(age: 2)?.kind, .interrupt)
    XCTAssertNil(ring.event(age: 3))
  }

  func testPrintsTheOldestFirst() throws {
    let memory = TestArena()
    var ring = try TraceRing(capacity: 4, in: &memory.arena)
    ring.record(.order, at: Instant(nanoseconds: 1_002_003_000), subject: 5, detail: 6)
    ring.record(.durable, at: Instant(nanoseconds: 2_000_000_000), subject: 0, detail: 9)
    var writer = TextBuffer()
    ring.write(last: 64, to: &writer)
    XCTAssertEqual(writer.text, "1.002003 order 5 6\n2.000000 durable 0 9\n")
  }
}

final class TextWriterTests: XCTestCase {
  private func text(_ write: (inout TextBuffer) -> Void) -> String {
    var writer = TextBuffer()
    write(&writer)
    return writer.text
  }

  func testDecimal() {
    for value in [0, 1, 9, 10, 99, 100, 12_345, UInt64.max - 1, .max] {
      XCTAssertEqual(text { $0.write(value) }, "\(value)")
    }
    XCTAssertEqual(text { $0.write(7, minimumDigits: 3) }, "007")
    XCTAssertEqual(text { $0.write(1_234, minimumDigits: 3) }, "1234")
  }

  func testHexadecimal() {
    for value in [0, 0xF, 0x10, 0xABC, UInt64.max] {
      XCTAssertEqual(text { $0.write(hexadecimal: value) }, "0x" + String(value, radix: 16))
    }
  }

  func testAddressAndTime() {
    XCTAssertEqual(text { $0.write(address: 0x0A00_02FF) }, "10.0.2.255")
    XCTAssertEqual(text { $0.write(Instant(nanoseconds: 61_000_042_999)) }, "61.000042")
  }

  func testForeignTextCannotSendControlCharacters() {
    let bytes: [UInt8] = [0x41, 0x1B, 0x7F, 0x80, 0x7E]
    XCTAssertEqual(text { $0.write(bytes.rawBytes) }, "A???~")
  }

  func testANamedValueIsALine() {
    XCTAssertEqual(text { $0.write("turns", 12) }, "turns 12\n")
  }
}
