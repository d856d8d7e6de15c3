import InterleavingSupport
import Queues
import XCTest

final class VecLinkExplorationTests: XCTestCase {
  private let suite = LinkSuite<VecRing<Tracked, ModelWord>>(
    name: "VecLink", words: ["sleeping", "published", "consumed", "departed"]
  ) { try VecLink($0, in: &$1).link() }

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
