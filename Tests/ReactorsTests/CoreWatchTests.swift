import Reactors
import TestSupport
import Timing
import Tracing
import XCTest

private struct NothingHangs: Error {}

final class CoreWatchTests: XCTestCase {
  private var stage = WatchStage()

  override func setUp() { stage = WatchStage() }

  private func expectHung(
    _ events: [(time: UInt64, event: CoreEvent)], core: Int, from: UInt64, to: UInt64, line: UInt = #line
  ) throws -> HungCore {
    XCTAssertEqual(events.count, 1, line: line)
    guard case .hung(let hung)? = events.first?.event else { throw NothingHangs() }
    XCTAssertEqual(hung.core, core, line: line)
    XCTAssertTrue((from...to).contains(events[0].time), "\(events[0].time) ms", line: line)
    return hung
  }

  func testATaskThatDoesNotReturnIsNoticedWithinAPeriodAndAQuarter() throws {
    for offset: UInt64 in stride(from: 1, through: 25, by: 1) {
      stage = WatchStage()
      stage.others.begin(.busy, core: 1)
      XCTAssertTrue(stage.run(milliseconds: 200 + offset).isEmpty)
      stage.others.begin(.hung, core: 1)
      let hung = try expectHung(stage.run(milliseconds: 1_000), core: 1, from: 100, to: 125)
      XCTAssertEqual(hung.task, 1)
      XCTAssertEqual(hung.name.map { "\($0)" }, "spin")
      XCTAssertEqual(hung.address, CoreDouble.place)
      XCTAssertGreaterThanOrEqual(hung.duration, WatchStage.period)
    }
  }

  func testAHungCoreIsSaidToHangUntilItTurns() throws {
    stage.others.begin(.hung, core: 2)
    XCTAssertFalse(stage.watch.isHung(core: 2))
    _ = try expectHung(stage.run(milliseconds: 730), core: 2, from: 100, to: 125)
    XCTAssertTrue(stage.watch.isHung(core: 2))
    XCTAssertTrue(stage.others.cores[2].isHung)
    XCTAssertFalse(stage.others.cores[1].isHung)
    stage.others.begin(.busy, core: 2)
    let events = stage.run(milliseconds: 25)
    guard case .recovered(core: 2, let duration)? = events.first?.event else { return XCTFail("\(events)") }
    XCTAssertEqual(events.count, 1)
    XCTAssertTrue(
      (Duration.milliseconds(730)...Duration.milliseconds(755)).contains(duration), "\(duration)")
    XCTAssertFalse(stage.watch.isHung(core: 2))
    XCTAssertFalse(stage.others.cores[2].isHung)
    stage.others.begin(.hung, core: 2)
    _ = try expectHung(stage.run(milliseconds: 300), core: 2, from: 100, to: 125)
  }

  func testSeveralCoresHangAtOnce() {
    stage = WatchStage(watching: 0xFFFE)
    for number in 1..<16 where number % 2 == 1 { stage.others.begin(.hung, core: number) }
    let events = stage.run(milliseconds: 300)
    XCTAssertEqual(events.map(\.event.core), [1, 3, 5, 7, 9, 11, 13, 15])
  }

  func testACoreThatSleepsIsLeftAlone() {
    stage.others.begin(.asleep, core: 1)
    XCTAssertTrue(stage.run(milliseconds: 10_000).isEmpty)
  }

  func testACoreThatWakesAndComesToNoPollIsNoticed() throws {
    stage.others.begin(.asleep, core: 1)
    for offset: UInt64 in 0..<25 {
      XCTAssertTrue(stage.run(milliseconds: 200 + offset).isEmpty)
      stage.others.begin(.stuck, core: 1)
      let hung = try expectHung(stage.run(milliseconds: 300), core: 1, from: 75, to: 125)
      XCTAssertNil(hung.task)
      stage.others.begin(.asleep, core: 1)
      XCTAssertEqual(stage.run(milliseconds: 25).count, 1)
    }
  }

  func testAProcessorThatTheHostHasTakenAwayIsNoHang() {
    stage.others.begin(.busy, core: 1)
    for milliseconds: UInt64 in stride(from: 10, through: 390, by: 10) {
      stage.others.begin(.away, core: 1)
      XCTAssertTrue(stage.run(milliseconds: milliseconds).isEmpty, "\(milliseconds)")
      stage.others.begin(.busy, core: 1)
      XCTAssertTrue(stage.run(milliseconds: 7).isEmpty, "\(milliseconds)")
    }
  }

  func testATaskThatIsTakenAwayTwiceIsNoHang() {
    stage.others.begin(.busy, core: 1)
    _ = stage.run(milliseconds: 100)
    stage.others.begin(.hung, core: 1)
    for _ in 0..<2 {
      stage.others.begin(.away, core: 1)
      XCTAssertTrue(stage.run(milliseconds: 180).isEmpty)
      stage.others.begin(.stuck, core: 1)
      XCTAssertTrue(stage.run(milliseconds: 1).isEmpty)
    }
    stage.others.begin(.busy, core: 1)
    XCTAssertTrue(stage.run(milliseconds: 200).isEmpty)
  }

  func testACoreThatDoesNotAnswerIsGivenUpAfterFourPeriods() throws {
    stage.others.begin(.busy, core: 1)
    _ = stage.run(milliseconds: 60)
    stage.others.begin(.away, core: 1)
    let hung = try expectHung(stage.run(milliseconds: 3_000), core: 1, from: 400, to: 425)
    XCTAssertNil(hung.address)
    XCTAssertEqual(stage.others.cores[1].askCount, 1)
  }

  func testItsOwnReportIsConfirmedSoonAndOnce() throws {
    stage.others.begin(.busy, core: 1)
    _ = stage.run(milliseconds: 200)
    stage.others.begin(.hung, core: 1)
    _ = stage.run(milliseconds: 7)
    stage.others.cores[1].report = 0xABC
    XCTAssertTrue(stage.poll().isEmpty)
    let hung = try expectHung(stage.run(milliseconds: 400), core: 1, from: 6, to: 7)
    XCTAssertEqual(hung.task, 1)
    stage.others.cores[1].report = 0xABC
    XCTAssertTrue(stage.run(milliseconds: 400).isEmpty)
  }

  func testAReportOfACoreThatDoesNotAnswerHasItsOwnPlace() throws {
    stage.others.begin(.hung, core: 1)
    stage.others.answersNever = true
    stage.others.cores[1].report = 0xABC
    let hung = try expectHung(stage.run(milliseconds: 90), core: 1, from: 0, to: 10)
    XCTAssertEqual(hung.address, 0xABC)
  }

  func testAReportOfACoreThatTurnsIsForgotten() {
    stage.others.begin(.busy, core: 1)
    _ = stage.run(milliseconds: 200)
    stage.others.cores[1].report = 0xABC
    XCTAssertTrue(stage.run(milliseconds: 50).isEmpty)
    stage.others.begin(.hung, core: 1)
    XCTAssertTrue(stage.run(milliseconds: 75).isEmpty)
  }

  func testAWatchThatWasHeldUpItselfIsNotMisled() throws {
    stage.others.begin(.busy, core: 1)
    _ = stage.run(milliseconds: 200)
    stage.others.begin(.hung, core: 1)
    stage.others.now = stage.others.now + .milliseconds(900)
    XCTAssertTrue(stage.poll().isEmpty)
    XCTAssertTrue(stage.run(milliseconds: 24).isEmpty)
    stage.others.begin(.busy, core: 1)
    XCTAssertTrue(stage.run(milliseconds: 200).isEmpty)
  }

  func testOthersAreNotLookedAt() {
    stage.others.begin(.hung, core: 3)
    stage.others.begin(.hung, core: 1)
    stage.others.cores[1].hasReactor = false
    XCTAssertTrue(stage.run(milliseconds: 1_000).isEmpty)
    XCTAssertEqual(stage.others.cores.map(\.askCount).reduce(0, +) - stage.others.cores[2].askCount, 0)
  }

  func testNobodyIsWatched() {
    let watch = CoreWatch(watching: 0, period: .seconds(2))
    XCTAssertEqual(watch.nextDeadline, .never)
  }

  // MARK: - Text

  private struct Text: TextWriter {
    var bytes: [UInt8] = []
    mutating func write(byte: UInt8) { bytes.append(byte) }
  }

  private func text(_ event: CoreEvent) -> String {
    var text = Text()
    event.write(to: &text)
    return String(decoding: text.bytes, as: UTF8.self)
  }

  func testWhatIsSaidOfAHungTask() throws {
    stage.others.begin(.hung, core: 2)
    let event = try XCTUnwrap(stage.run(milliseconds: 200).first?.event)
    XCTAssertEqual(
      text(event),
      "sluice: core 2 hangs: task \"spin\" has not returned for 100 ms; the other cores go on\n  at 0x201000\n"
    )
    XCTAssertEqual(
      text(.recovered(core: 2, after: .milliseconds(731))),
      "sluice: core 2 turns again: it was held up for 731 ms\n")
  }

  func testWhatIsSaidOfACoreThatIsSilent() throws {
    stage.others.begin(.away, core: 1)
    let event = try XCTUnwrap(stage.run(milliseconds: 900).first?.event)
    XCTAssertEqual(
      text(event),
      "sluice: core 1 hangs: no task runs, and it has not turned for 400 ms, and does not say where it is; "
        + "the other cores go on\n")
  }
}
