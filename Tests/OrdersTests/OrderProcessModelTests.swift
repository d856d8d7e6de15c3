import TestSupport
import XCTest

@testable import Orders

/// The order process against a plain account of what was asked and granted, and the FIX scenarios.
final class OrderProcessModelTests: XCTestCase {
  /// What anybody who reads the messages knows: which were granted, and sums. No states.
  private struct Account {
    var isKnown = false
    var isAcknowledged = false
    var isOver = false
    var size: UInt32 = 0
    var executed: UInt32 = 0
    var asked: OrderProtocol?

    mutating func apply(_ message: OrderProtocol) {
      switch message {
      case .request(_, let price, let size, _):
        isKnown = true
        self.size = size
        isOver = !(size >= 1 && size < 1_000_000 && price.tenThousandths >= 1)
      case .execute(let quantity): executed += quantity
      case .cancel(let size) where size > executed: self.size = size
      case .cancel, .replace: asked = message
      case .ack:
        if case .replace(_, _, let size) = asked { self.size = max(size, executed) }
        if case .cancel = asked { isOver = true }
        isAcknowledged = true
        asked = nil
      case .reject:
        if asked == nil { isOver = true }
        asked = nil
      case .unsolicitedCancel:
        isOver = true
        asked = nil
      }
    }
  }

  private func randomMessage(_ random: inout SeededRandom) -> OrderProtocol {
    let size = UInt32.random(in: 0...12, using: &random)
    switch Int.random(in: 0..<10, using: &random) {
    case 0: return .request(id: 1, price: Price(size == 3 ? 0 : 5), size: size, side: .buy)
    case 1, 2: return .ack
    case 3: return .reject
    case 4, 5, 6: return .execute(size: size / 3)
    case 7: return .cancel(size: size)
    case 8: return .replace(id: 2, price: Price(7), size: size)
    default: return size == 0 ? .unsolicitedCancel : .ack
    }
  }

  func testInvariantsUnderRandomMessages() {
    var random = SeededRandom()
    var seen: [OrderStatus: Int] = [:]
    for _ in 0..<5_000 {
      var process = OrderProcess()
      var account = Account()
      for _ in 0..<30 {
        let before = process.state
        let message = randomMessage(&random)
        if case .success = process.send(message) {
          XCTAssertFalse(before.status.isTerminal, "a terminal state must absorb; seed \(random.seed)")
          account.apply(message)
        } else {
          XCTAssertEqual(process.state, before)
        }
        check(process.state, account, seed: random.seed)
        seen[process.state.status, default: 0] += 1
      }
    }
    // A control: all states but the one that only an old identifier has were reached.
    XCTAssertEqual(seen.count, 9, "seed \(random.seed)")
  }

  private func check(_ state: OrderState, _ account: Account, seed: UInt64) {
    XCTAssertLessThanOrEqual(state.executed, max(state.size, state.executed))
    XCTAssertEqual(state.executed, account.executed, "seed \(seed)")
    XCTAssertEqual(state.size, account.size, "seed \(seed)")
    XCTAssertLessThanOrEqual(state.executed, state.size, "seed \(seed)")
    let isDone = account.isOver || !account.isKnown
    XCTAssertEqual(state.leaves, isDone ? 0 : state.size - state.executed, "seed \(seed)")
    let isFilled = account.isKnown && !isDone && account.asked == nil && state.executed == state.size
    XCTAssertEqual(state.status == .filled, isFilled, "seed \(seed)")
    XCTAssertEqual(state.status.isTerminal, account.isKnown && isDone || isFilled, "seed \(seed)")
    let isPending = state.status == .pendingCancel || state.status == .pendingReplace
    XCTAssertEqual(isPending, account.asked != nil, "seed \(seed)")
    XCTAssertEqual(state.status == .none, !account.isKnown, "seed \(seed)")
  }

  private func run(_ messages: [OrderProtocol]) -> [OrderState] {
    var process = OrderProcess()
    return messages.map { message in
      guard case .success(let state) = process.send(message) else {
        XCTFail("\(message) failed in \(process.state.status)")
        return process.state
      }
      return state
    }
  }

  private let new = OrderProtocol.request(id: 1, price: Price(50_000), size: 10_000, side: .buy)

  func testDecreaseToExecutedIsFilled_D11_C3b() {
    let states = run([
      new, .ack, .replace(id: 2, price: Price(50_000), size: 7_000), .execute(size: 7_000), .ack,
    ])
    XCTAssertEqual(states[3].status, .pendingReplace)
    XCTAssertEqual(states[3].leaves, 3_000)
    XCTAssertEqual(states[4].status, .filled)
    XCTAssertEqual(states[4].size, 7_000)
    XCTAssertEqual(states[4].executed, 7_000)
    XCTAssertEqual(states[4].leaves, 0)
  }

  func testUnsolicitedCancelOfPartFilled_D19_E1b() {
    let states = run([new, .ack, .execute(size: 1_000), .unsolicitedCancel])
    XCTAssertEqual(states[3].status, .canceled)
    XCTAssertEqual(states[3].executed, 1_000)
    XCTAssertEqual(states[3].leaves, 0)
  }

  func testFilledBeforeCancelIsAnswered_B1c() {
    let states = run([
      new, .ack, .cancel(size: 0), .execute(size: 2_000), .execute(size: 8_000), .reject,
    ])
    XCTAssertEqual(
      states.map(\.status), [.pendingNew, .new] + [.pendingCancel, .pendingCancel, .pendingCancel, .filled])
    XCTAssertEqual(states[4].leaves, 0)
  }

  func testSecondReplaceIsRefusedWhileOneIsPending_D2d() {
    var process = OrderProcess()
    for message in [new, .ack, .execute(size: 1_000), .replace(id: 2, price: Price(50_000), size: 8_000)] {
      _ = process.send(message)
    }
    XCTAssertEqual(process.send(.replace(id: 3, price: Price(50_000), size: 7_000)), .failure(.pending))
    _ = process.send(.ack)
    _ = process.send(.execute(size: 2_000))
    XCTAssertEqual(process.state.status, .partial)
    XCTAssertEqual(process.state.size, 8_000)
    XCTAssertEqual(process.state.executed, 3_000)
    XCTAssertEqual(process.state.leaves, 5_000)
  }
}
