import Exchange
import Foundation
import Networking
import SimulationSupport
import TestSupport
import Timing
import XCTest

/// Random and mutated frames: nothing traps, nothing leaks, every one is counted once, and orders are still taken.
///
/// 20,000 by default, `BAD_INPUT_FRAMES=200000` for as many as the requirement names.
final class BadInputTests: XCTestCase {
  private var random = SeededRandom()
  private let host = OuchHost.peer(1)

  private var frameCount: Int {
    ProcessInfo.processInfo.environment["BAD_INPUT_FRAMES"].flatMap { Int($0) } ?? 20_000
  }

  func testRandomAndMutatedFrames() throws {
    random = SeededRandom(seed: ProcessInfo.processInfo.environment["SEED"].flatMap { UInt64($0) } ?? 20_261)
    let machine = try SimulatedMachine(FakeDisk(sectorCount: 16_384, seed: random.seed))
    machine.size.messagesPerClient = 64
    machine.size.orders = 64
    machine.latency = 5_000...20_000
    let node = try machine.boot()
    let ledger = NodeLedger(orderLimit: 64)
    ledger.boot(entryCount: 0)
    node.link.onReceive = { ledger.take($0, at: node.timestamp) }
    node.introduce(host)
    _ = node.packets(delivering: [host.packet("KNOWN", [OuchBytes.enter(1)])])
    for _ in 0..<frameCount {
      node.link.deliver(makeFrame())
      node.turn()
      if Int.random(in: 0..<8, using: &random) == 0 { node.run(for: .microseconds(10)) }
      _ = node.link.takeSent()
    }
    node.run(for: .seconds(1))
    _ = node.link.takeSent()
    XCTAssertEqual(ledger.disagreements(node), [], "SEED=\(random.seed)")
    XCTAssertTrue(node.link.isBalanced, "SEED=\(random.seed)")
    XCTAssertGreaterThan(ledger.inputs.count, frameCount / 100, "some of it is applied")
    checkStillAnswered(node, ledger)
    machine.reset()
  }

  /// The next order of the known client is answered, whatever reference number its mutated orders used up.
  private func checkStillAnswered(_ node: SimulatedMachine.Node, _ ledger: NodeLedger) {
    for frame in node.exchange(host.arpRequest) { XCTAssertNotNil(frame) }
    let known = "KNOWN".padded
    let asked = node.packets(delivering: [host.packet("KNOWN", [OuchBytes.query])]).flatMap(\.messages)
    let reference: UInt32 = asked.last?.big(9) ?? 0
    XCTAssertLessThan(reference, UInt32.max)
    let answer = node.packets(delivering: [
      host.packet("KNOWN", [OuchBytes.enter(reference, timeInForce: "3")])
    ]).filter { $0.name == known }.flatMap(\.messages)
    XCTAssertEqual(answer.first?.first, UInt8(ascii: "A"), "SEED=\(random.seed)")
    XCTAssertEqual(answer, ledger.venue.clients[known]!.messages.suffix(answer.count).map { $0 })
  }

  // MARK: - Frames

  private func makeFrame() -> [UInt8] {
    switch Int.random(in: 0..<10, using: &random) {
    case 0: return bytes(Int.random(in: 1...1514, using: &random))
    case 1: return host.datagram(bytes(Int.random(in: 0...200, using: &random)))
    case 2: return mutated(makePacket())
    case 3: return truncatedOrExtended(makePacket())
    case 4: return host.datagram(mutated(mold()))
    case 5: return host.datagram(truncatedOrExtended(mold()))
    case 6: return mutated(Bool.random(using: &random) ? host.arpRequest : host.arp(2))
    case 7: return host.packet("KNOWN", [mutated(makeMessage()), truncatedOrExtended(makeMessage())])
    case 8: return host.request(makeName(), from: .random(in: 0...100, using: &random))
    default: return makePacket()
    }
  }

  private func makePacket() -> [UInt8] { host.datagram(mold()) }

  private func mold() -> [UInt8] {
    let messages = (0..<Int.random(in: 0...4, using: &random)).map { _ in makeMessage() }
    return OuchHost.mold(makeName(), sequence: .random(in: 0...9, using: &random), messages)
  }

  private func makeName() -> String {
    Bool.random(using: &random) ? "KNOWN" : "N\(Int.random(in: 0..<90, using: &random))"
  }

  private func makeMessage() -> [UInt8] {
    let reference = UInt32.random(in: 0...2000, using: &random)
    let price = UInt64.random(in: 9_990...10_010, using: &random)
    let quantity = UInt32.random(in: 0...500, using: &random)
    switch Int.random(in: 0..<5, using: &random) {
    case 0, 1:
      let side: Character = Bool.random(using: &random) ? "B" : "S"
      return OuchBytes.enter(reference, side, quantity, "S\(reference % 3)", at: price)
    case 2: return OuchBytes.cancel(reference, to: Bool.random(using: &random) ? 0 : quantity)
    case 3: return OuchBytes.replace(reference, with: reference + 5, quantity, at: price)
    default: return OuchBytes.query
    }
  }

  // MARK: - Damage

  private func bytes(_ count: Int) -> [UInt8] {
    (0..<count).map { _ in .random(in: 0...255, using: &random) }
  }

  private func mutated(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<Int.random(in: 1...3, using: &random) {
      bytes[Int.random(in: bytes.indices, using: &random)] = .random(in: 0...255, using: &random)
    }
    return bytes
  }

  private func truncatedOrExtended(_ bytes: [UInt8]) -> [UInt8] {
    if Bool.random(using: &random) {
      return [UInt8](bytes.prefix(Int.random(in: 1...bytes.count, using: &random)))
    }
    return bytes + self.bytes(Int.random(in: 1...40, using: &random))
  }
}
