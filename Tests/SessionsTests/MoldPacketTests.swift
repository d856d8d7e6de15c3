import Sessions
import TestSupport
import Wire
import XCTest

/// A MoldUDP64 packet, byte by byte.
func moldPacket(_ name: String, sequence: UInt64, messages: [[UInt8]], count: UInt16? = nil) -> [UInt8] {
  var bytes = Array(name.utf8)
  bytes += (0..<8).map { UInt8(truncatingIfNeeded: sequence >> UInt64(56 - 8 * $0)) }
  let count = count ?? UInt16(messages.count)
  bytes += [UInt8(count >> 8), UInt8(count & 255)]
  for message in messages { bytes += [UInt8(message.count >> 8), UInt8(message.count & 255)] + message }
  return bytes
}

extension ClientName {
  init(_ text: String) { self.init(Array(text.utf8).rawBytes, at: 0) }
}

/// What a packet holds, or why it holds nothing.
enum Parsed: Equatable {
  case messages(String, UInt64, [[UInt8]])
  case request(String, UInt64)
  case malformed(MalformedMold)

  init(_ bytes: [UInt8]) {
    do throws(MalformedMold) {
      let packet = try MoldPacket(checking: bytes.rawBytes)
      try packet.checkSession()
      let name = String(decoding: bytes[..<10], as: UTF8.self)
      var (found, messages) = ([[UInt8]](), packet.messages)
      while let message = messages.next() {
        found.append((0..<message.byteCount).map { message.byte(at: $0) })
      }
      self = packet.isRequest ? .request(name, packet.sequence) : .messages(name, packet.sequence, found)
    } catch { self = .malformed(error) }
  }
}

final class MoldPacketTests: XCTestCase {
  func testReadsWhatWasWritten() {
    let messages: [[UInt8]] = [[1], Array(repeating: 7, count: 47), [], [9, 8, 7]]
    for count in 1...4 {
      let bytes = moldPacket(
        "CLIENT01  ", sequence: 0x0102_0304_0506_0708, messages: Array(messages[..<count]))
      XCTAssertEqual(
        Parsed(bytes), .messages("CLIENT01  ", 0x0102_0304_0506_0708, Array(messages[..<count])))
    }
  }

  func testTwentyBytesAreARequestWhateverTheirCount() {
    for count: UInt16 in [0, 1, 7, 0xFFFF] {
      let bytes = moldPacket("CLIENT01  ", sequence: 42, messages: [], count: count)
      XCTAssertEqual(bytes.count, 20)
      XCTAssertEqual(Parsed(bytes), .request("CLIENT01  ", 42))
    }
  }

  func testTellsMalformedPacketsApart() {
    let messages: [[UInt8]] = [[1, 2, 3], [4, 5]]
    func parsed(_ count: UInt16, _ extra: [UInt8] = []) -> Parsed {
      Parsed(moldPacket("CLIENT01  ", sequence: 1, messages: messages, count: count) + extra)
    }
    XCTAssertEqual(parsed(2), .messages("CLIENT01  ", 1, messages))
    XCTAssertEqual(parsed(0), .malformed(.trailingBytes))
    XCTAssertEqual(parsed(1), .malformed(.trailingBytes))
    XCTAssertEqual(parsed(3), .malformed(.messageOverrun))
    XCTAssertEqual(parsed(0xFFFF), .malformed(.messageOverrun))
    XCTAssertEqual(parsed(2, [0]), .malformed(.trailingBytes))
    XCTAssertEqual(parsed(3, [0]), .malformed(.messageOverrun))
    XCTAssertEqual(parsed(3, [0, 1]), .malformed(.messageOverrun))
    XCTAssertEqual(parsed(3, [0, 0]), .messages("CLIENT01  ", 1, messages + [[]]))
    XCTAssertEqual(parsed(3, [0xFF, 0xFF]), .malformed(.messageOverrun))
  }

  func testEveryTruncationIsRefusedOrARequest() {
    let bytes = moldPacket("CLIENT01  ", sequence: 1, messages: [[1, 2, 3], [4, 5]])
    for count in 0..<20 { XCTAssertEqual(Parsed(Array(bytes[..<count])), .malformed(.truncated)) }
    XCTAssertEqual(Parsed(Array(bytes[..<20])), .request("CLIENT01  ", 1))
    for count in 21..<bytes.count {
      XCTAssertEqual(Parsed(Array(bytes[..<count])), .malformed(.messageOverrun), "\(count)")
    }
  }

  func testNamesArePrintableAndNotBlank() {
    for position in 0..<10 {
      for character in 0...255 {
        var bytes = Array("CLIENT0001".utf8)
        bytes[position] = UInt8(character)
        let name = ClientName(bytes.rawBytes, at: 0)
        XCTAssertEqual(name.isValid, (0x20...0x7E).contains(character), "\(character) at \(position)")
        var blank = [UInt8](repeating: 0x20, count: 10)
        blank[position] = UInt8(character)
        let isValid = (0x21...0x7E).contains(character)
        XCTAssertEqual(ClientName(blank.rawBytes, at: 0).isValid, isValid, "\(character) at \(position)")
      }
    }
    XCTAssertEqual(
      Parsed(moldPacket("          ", sequence: 1, messages: [[1]])), .malformed(.badSession))
  }

  func testNamesWithAnyBytesAreJudgedLikeByteByByte() {
    var random = SeededRandom()
    for _ in 0..<50_000 {
      let edges: [UInt8] = [0x00, 0x1F, 0x20, 0x7E, 0x7F, 0x80, 0xA0, 0xE0, 0xFF]
      let bytes = (0..<10).map { _ in
        Bool.random(using: &random)
          ? edges.randomElement(using: &random)! : UInt8.random(in: 0x20...0x7E, using: &random)
      }
      let isValid = bytes.allSatisfy { (0x20...0x7E).contains($0) } && !bytes.allSatisfy { $0 == 0x20 }
      XCTAssertEqual(ClientName(bytes.rawBytes, at: 0).isValid, isValid, "\(bytes), seed \(random.seed)")
    }
  }

  func testHostileDatagramsNeverTrapAndGiveOutOnlyWhatIsThere() {
    var random = SeededRandom()
    var soundCount = 0
    for _ in 0..<200_000 {
      let messages = (0..<Int.random(in: 0...4, using: &random)).map { _ in
        [UInt8](repeating: 5, count: Int.random(in: 0...60, using: &random))
      }
      var bytes = moldPacket("CLIENT0001", sequence: 3, messages: messages)
      for _ in 0..<Int.random(in: 0...2, using: &random) {
        bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      if Int.random(in: 0..<4, using: &random) == 0 {
        bytes.removeLast(Int.random(in: 0...bytes.count, using: &random))
      }
      if case .messages(_, _, let found) = Parsed(bytes) {
        soundCount += 1
        XCTAssertEqual(found.reduce(20) { $0 + 2 + $1.count }, bytes.count, "seed \(random.seed)")
      }
    }
    XCTAssertGreaterThan(soundCount, 10_000)
    XCTAssertLessThan(soundCount, 190_000)
  }
}
