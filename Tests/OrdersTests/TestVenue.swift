import Buffers
import TestSupport
import Wire
import XCTest

@testable import Orders

/// The bytes of a message.
func encoded<Message: EncodableMessage>(_ message: Message) -> [UInt8] {
  var bytes = [UInt8](repeating: 0xEE, count: Message.byteCount)
  bytes.withRawBytes { message.encode(into: &$0) }
  return bytes
}

/// A reply and to whom it went.
struct Reply: Equatable, CustomStringConvertible {
  var client: Int
  var message: OutboundReply

  init(_ client: Int, _ message: OutboundReply) {
    self.client = client
    self.message = message
  }

  var description: String { "\(client): \(message)" }
}

/// Whose order it is, and what its client calls it.
struct OrderName: Hashable {
  var client: Int
  var reference: UInt32

  init(_ client: Int, _ reference: UInt32) {
    self.client = client
    self.reference = reference
  }
}

/// Keeps all replies, as bytes and decoded, and the orders that ended.
struct RecordingSink: ReplySink, ~Copyable {
  var replies: [Reply] = []
  var bytes: [[UInt8]] = []
  var ended: [OrderName] = []

  mutating func orderEnded(_ reference: UInt32, of client: Int) {
    ended.append(OrderName(client, reference))
  }

  mutating func emit<Message: OutboundMessage>(_ message: Message, to client: Int) {
    let encoding = encoded(message)
    bytes.append([UInt8(client)] + encoding)
    do {
      replies.append(Reply(client, try OutboundReply(parsing: encoding.rawBytes)))
    } catch {
      XCTFail("an emitted message cannot be read: \(error)")
    }
  }
}

/// An engine in memory of its own, and all it said.
final class TestVenue {
  private let memory: TestArena
  var engine: OrderEngine
  var sink = RecordingSink()
  var time: UInt64 = 34_200_000_000_000

  init(orders: Int = 1024, symbols: Int = 64, clients: Int = 8, hashSeed: UInt64 = 12345) {
    let limits = OrderLimits(orders: orders, symbols: symbols, clients: clients)
    memory = TestArena(byteCount: limits.byteCount + 4096)
    do {
      engine = try OrderEngine(limits: limits, hashSeed: hashSeed, in: &memory.arena)
    } catch {
      fatalError("the limits understate what an engine takes")
    }
  }

  /// Applies bytes at a later time than all before.
  func send(_ client: Int, bytes: [UInt8]) throws(MalformedMessage) -> Outcome {
    time += 1_000
    return try engine.apply(bytes.rawBytes, client: client, at: time, into: &sink)
  }

  @discardableResult
  func send<Message: EncodableMessage>(_ client: Int, _ message: Message) -> Outcome {
    do throws(MalformedMessage) {
      return try send(client, bytes: encoded(message))
    } catch {
      fatalError("a message of the tests is malformed: \(error)")
    }
  }

  /// What was said since the last time this was asked.
  func replies() -> [Reply] {
    defer { sink.replies = [] }
    return sink.replies
  }
}

extension Symbol {
  init(_ text: String) { self.init(text: text.utf8)! }
}

extension ClientOrderID {
  init(_ text: String) { self.init(text: text.utf8)! }
}

extension Price {
  init(_ tenThousandths: UInt64) { self.init(tenThousandths: tenThousandths) }
}

/// The number of the `count`-th order or match of a symbol's bucket.
func number(_ count: UInt64, of symbol: String = "SLUICE") -> UInt64 {
  count << 8 | UInt64(Symbol(symbol).bucket)
}

/// A day order with the fields a test is about.
func enter(
  _ reference: UInt32, _ side: SideCode, _ quantity: UInt32, at price: UInt64, symbol: String = "SLUICE",
  _ timeInForce: TimeInForce = .day
) -> EnterOrder {
  EnterOrder(
    userReference: reference, side: side, quantity: quantity, symbol: Symbol(symbol), price: Price(price),
    timeInForce: timeInForce, clientOrderID: ClientOrderID("o \(reference)"))
}

func replace(
  _ original: UInt32, by reference: UInt32, _ quantity: UInt32, at price: UInt64,
  _ timeInForce: TimeInForce = .day
) -> ReplaceOrder {
  ReplaceOrder(
    originalReference: original, userReference: reference, quantity: quantity, price: Price(price),
    timeInForce: timeInForce, clientOrderID: ClientOrderID("o \(reference)"))
}
