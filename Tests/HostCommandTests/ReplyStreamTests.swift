import Orders
import Sessions
import Wire
import XCTest

@testable import sluice

final class ReplyStreamTests: XCTestCase {
  private let client = ClientName(text: "CLIENT")!

  /// Feeds one packet of cancels numbered like their place in the stream; gives the numbers delivered.
  private func feed(
    _ stream: inout ReplyStream, from sequence: UInt64, count: Int, name: ClientName? = nil
  ) throws -> [UInt32] {
    var bytes = [UInt8](repeating: 0, count: MoldHeader.byteCount)
    bytes.fill {
      MoldHeader.write(session: name ?? client, sequence: sequence, count: count, into: &$0, at: 0)
    }
    for index in 0..<count {
      let reply = OrderCanceled(
        userReference: UInt32(truncatingIfNeeded: sequence &+ UInt64(index)), decrement: 1, reason: .user,
        timestamp: 0)
      var message = [UInt8](repeating: 0, count: OrderCanceled.byteCount)
      message.fill { reply.encode(into: &$0) }
      bytes += [0, UInt8(message.count)] + message
    }
    var delivered: [UInt32] = []
    let packet = try MoldPacket(checking: bytes.rawSpan)
    stream.take(packet) { reply in
      if case .canceled(let canceled) = reply { delivered.append(canceled.userReference) }
    }
    return delivered
  }

  func testAsksForItsPlaceFirstAndIgnoresWhatCameBefore() throws {
    var stream = ReplyStream(client)
    XCTAssertEqual(Array(stream.request[10..<18]), [UInt8](repeating: 255, count: 8))
    XCTAssertEqual(try feed(&stream, from: 5, count: 2), [])
    XCTAssertNil(stream.nextSequence)
    _ = try feed(&stream, from: 7, count: 0)
    XCTAssertEqual(stream.nextSequence, 7)
    XCTAssertEqual(try feed(&stream, from: 7, count: 2), [7, 8])
  }

  func testDeliversEachOnceWhateverIsRepeated() throws {
    var stream = ReplyStream(client, from: 1)
    XCTAssertEqual(try feed(&stream, from: 1, count: 3), [1, 2, 3])
    XCTAssertEqual(try feed(&stream, from: 1, count: 3), [])
    XCTAssertEqual(try feed(&stream, from: 2, count: 4), [4, 5])
    XCTAssertEqual(stream.nextSequence, 6)
    XCTAssertFalse(stream.hasGap)
  }

  func testKeepsBackWhatLiesBehindAGapAndAsksForTheGap() throws {
    var stream = ReplyStream(client, from: 1)
    XCTAssertEqual(try feed(&stream, from: 3, count: 2), [])
    XCTAssertTrue(stream.hasGap)
    XCTAssertEqual(Array(stream.request[10..<20]), [0, 0, 0, 0, 0, 0, 0, 1, 0, 0])
    XCTAssertEqual(try feed(&stream, from: 1, count: 2), [1, 2])
    XCTAssertTrue(stream.hasGap)
    XCTAssertEqual(try feed(&stream, from: 3, count: 2), [3, 4])
    XCTAssertFalse(stream.hasGap)
  }

  func testCountsWhatTheGuestNoLongerKeeps() throws {
    var stream = ReplyStream(client, from: 1)
    _ = try feed(&stream, from: 10, count: 0)
    XCTAssertEqual(stream.lostCount, 9)
    XCTAssertEqual(stream.nextSequence, 10)
    _ = try feed(&stream, from: 4, count: 0)
    XCTAssertEqual(stream.nextSequence, 10, "an old notice moves nothing")
  }

  func testIgnoresOtherClientsAndNumbersThatCannotBe() throws {
    var stream = ReplyStream(client, from: 1)
    XCTAssertEqual(try feed(&stream, from: 1, count: 1, name: ClientName(text: "OTHER")!), [])
    XCTAssertEqual(try feed(&stream, from: .max, count: 2), [])
    XCTAssertFalse(stream.hasGap)
  }

  func testCountsMessagesItCannotRead() throws {
    var stream = ReplyStream(client, from: 1)
    var bytes = ClientPacket.request(client, from: 1) + [0, 1, UInt8(ascii: "?")]
    bytes[19] = 1
    let packet = try MoldPacket(checking: bytes.rawSpan)
    stream.take(packet) { _ in XCTFail("delivered") }
    XCTAssertEqual(stream.malformedCount, 1)
    XCTAssertEqual(stream.nextSequence, 2)
  }
}
