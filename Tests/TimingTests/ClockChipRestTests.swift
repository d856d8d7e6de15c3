import Timing
import XCTest

/// When the clock chip's registers are believed.
final class ClockChipRestTests: XCTestCase {
  /// A chip that counts how often it is asked. Register D's bit 7 says that its battery is good.
  private func read(_ register: (_ number: UInt8, _ askedBefore: Int) -> UInt8) -> (ClockChipReading?, Int) {
    var count = 0
    let reading = ClockChipReading.steady { number in
      defer { count += 1 }
      return register(number, count)
    }
    return (reading, count)
  }

  private func still(_ number: UInt8) -> UInt8 {
    switch number {
    case 0x0A: 0x26
    case 0x0B: 0x02
    case 0x0D: 0x80
    default: number
    }
  }

  func testTwoReadingsAlikeAreBelieved() {
    let (reading, count) = read { number, _ in self.still(number) }
    XCTAssertEqual(reading?.minutes, 2)
    XCTAssertEqual(reading?.century, 0x32)
    XCTAssertEqual(reading?.format, 2)
    XCTAssertLessThan(count, 20)
  }

  func testAnUpdateIsWaitedFor() {
    let (reading, count) = read { number, count in
      number == 0x0A && count < 9_000 ? 0xA6 : self.still(number)
    }
    XCTAssertNotNil(reading)
    XCTAssertGreaterThan(count, 9_000)
  }

  func testOneThatChangesBetweenReadingsIsReadAgain() {
    let (reading, _) = read { number, count in number == 0 ? UInt8(min(count / 9, 5)) : self.still(number) }
    XCTAssertEqual(reading?.seconds, 5)
  }

  func testWithoutAChipNobodyWaits() {
    let (reading, count) = read { _, _ in 0xFF }
    XCTAssertNil(reading)
    XCTAssertEqual(count, 1)
  }

  func testAChipThatDoesNotComeToRestIsGivenUp() {
    for isUpdating in [true, false] {
      let (reading, count) = read { number, count in
        if number == 0x0A && isUpdating { return 0xA6 }
        return number == 0 ? UInt8(truncatingIfNeeded: count) : self.still(number)
      }
      XCTAssertNil(reading)
      XCTAssertLessThan(count, 110_000)
    }
  }

  func testAnAlarmsDateIsNoAbsentChip() {
    XCTAssertNotNil(read { number, _ in number == 0x0D ? 0xBF : self.still(number) }.0)
  }
}
