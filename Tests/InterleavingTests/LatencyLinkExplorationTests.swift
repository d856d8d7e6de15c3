import InterleavingSupport
import Queues
import XCTest

final class LatencyLinkExplorationTests: XCTestCase {
  private let suite = LinkSuite<LatencyRing<Tracked, ModelWord>>(
    name: "LatencyLink", words: ["place 0", "place 1"]
  ) { try LatencyLink($0, in: &$1).link() }

  func testEverythingArrivesInOrder() throws { try suite.everythingArrivesInOrder() }
  func testWhatFindsNoRoomComesBack() throws { try suite.whatFindsNoRoomComesBack() }
  func testBatchesArriveWhole() throws { try suite.batchesArriveWhole() }
  func testABatchIsSeenWholeOrNotAtAll() throws { try suite.aBatchIsSeenWholeOrNotAtAll() }
  func testAConsumerThatLeavesLeavesNothingBehind() throws {
    try suite.aConsumerThatLeavesLeavesNothingBehind()
  }
  func testEndsThatLeaveUnused() throws { try suite.endsThatLeaveUnused() }
  func testNoWakeUpIsLost() throws { try suite.noWakeUpIsLost() }
  func testWhatIsDroppedIsCounted() throws { try suite.whatIsDroppedIsCounted() }
}
