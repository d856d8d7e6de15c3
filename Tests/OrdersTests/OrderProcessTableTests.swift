import XCTest

@testable import Orders

/// Every cell of the table in reference orders.md, 2.2: ten states, seven messages, their branches.
final class OrderProcessTableTests: XCTestCase {
  /// What a cell says: the next state with size and executed, or why not.
  private enum Cell: Equatable {
    case to(OrderStatus, size: UInt32, executed: UInt32, leaves: UInt32)
    case fails(OrderError)
  }

  private static let request = OrderProtocol.request(id: 9, price: Price(10_000), size: 100, side: .buy)

  /// An order of 100 in a state, with as much executed as the state allows.
  private func order(_ status: OrderStatus, executed: UInt32 = 0, isAcknowledged: Bool = true) -> OrderState {
    if status == .none { return .none }
    var state = OrderState(
      status: status, id: 9, price: Price(10_000), size: 100, side: .buy, executed: executed,
      isAcknowledged: isAcknowledged)
    if status == .pendingReplace {
      state.requested = OrderState.Terms(id: 10, price: Price(20_000), size: 150)
    }
    return state
  }

  private func cell(_ state: OrderState, _ message: OrderProtocol) -> Cell {
    var process = OrderProcess(state)
    switch process.send(message) {
    case .success(let next):
      XCTAssertEqual(process.state, next)
      return .to(next.status, size: next.size, executed: next.executed, leaves: next.leaves)
    case .failure(let error):
      XCTAssertEqual(process.state, state, "a failure must leave the state alone")
      return .fails(error)
    }
  }

  private func expect(
    _ state: OrderState, _ message: OrderProtocol, _ expected: Cell, line: UInt = #line
  ) {
    XCTAssertEqual(cell(state, message), expected, "\(state.status) \(message)", line: line)
  }

  func testRequest() {
    expect(.none, Self.request, .to(.pendingNew, size: 100, executed: 0, leaves: 100))
    for (price, size) in [
      (UInt64(0), UInt32(1)), (1_999_999_901, 1), (0x7FFF_FFFF, 1), (1, 0), (1, 1_000_000),
    ] {
      expect(
        .none, .request(id: 1, price: Price(price), size: size, side: .sell),
        .to(.rejected, size: size, executed: 0, leaves: 0))
    }
    for (price, size) in [(UInt64(1), UInt32(1)), (1_999_999_900, 999_999)] {
      expect(
        .none, .request(id: 1, price: Price(price), size: size, side: .sell),
        .to(.pendingNew, size: size, executed: 0, leaves: size))
    }
    for status in Self.statuses where status != .none {
      expect(order(status), Self.request, .fails(.duplicate))
    }
  }

  func testAck() {
    expect(.none, .ack, .fails(.unknown))
    expect(order(.pendingNew, isAcknowledged: false), .ack, .to(.new, size: 100, executed: 0, leaves: 100))
    expect(order(.pendingCancel), .ack, .to(.canceled, size: 100, executed: 0, leaves: 0))
    expect(order(.pendingCancel, executed: 30), .ack, .to(.canceled, size: 100, executed: 30, leaves: 0))
    expect(order(.pendingCancel, executed: 100), .ack, .fails(.unexpectedAck))
    expect(
      order(.pendingCancel, isAcknowledged: false), .ack, .to(.canceled, size: 100, executed: 0, leaves: 0))
    expect(order(.pendingReplace), .ack, .to(.new, size: 150, executed: 0, leaves: 150))
    expect(order(.pendingReplace, executed: 30), .ack, .to(.partial, size: 150, executed: 30, leaves: 120))
    expect(order(.pendingReplace, executed: 100), .ack, .to(.partial, size: 150, executed: 100, leaves: 50))
    for (size, newSize) in [(UInt32(30), UInt32(30)), (20, 30), (1, 30)] {
      var state = order(.pendingReplace, executed: 30)
      state.requested.size = size
      expect(state, .ack, .to(.filled, size: newSize, executed: 30, leaves: 0))
    }
    for status: OrderStatus in [.new, .partial, .filled, .canceled, .rejected, .replaced] {
      expect(order(status), .ack, .fails(.unexpectedAck))
    }
  }

  func testAckOfReplaceTakesTheNewTerms() {
    var process = OrderProcess(order(.pendingReplace, executed: 30))
    XCTAssertEqual(process.state.superseded.status, .replaced)
    XCTAssertEqual(process.state.superseded.id, 9)
    _ = process.send(.ack)
    XCTAssertEqual(process.state.id, 10)
    XCTAssertEqual(process.state.price, Price(20_000))
    XCTAssertEqual(process.state.side, .buy)
  }

  func testReject() {
    expect(.none, .reject, .fails(.unknown))
    expect(
      order(.pendingNew, isAcknowledged: false), .reject, .to(.rejected, size: 100, executed: 0, leaves: 0))
    for status: OrderStatus in [.pendingCancel, .pendingReplace] {
      expect(order(status), .reject, .to(.new, size: 100, executed: 0, leaves: 100))
      expect(order(status, executed: 30), .reject, .to(.partial, size: 100, executed: 30, leaves: 70))
      expect(order(status, executed: 100), .reject, .to(.filled, size: 100, executed: 100, leaves: 0))
    }
    expect(
      order(.pendingCancel, isAcknowledged: false), .reject,
      .to(.pendingNew, size: 100, executed: 0, leaves: 100))
    for status: OrderStatus in [.new, .partial, .filled, .canceled, .rejected, .replaced] {
      expect(order(status), .reject, .fails(.unexpectedReject))
    }
  }

  func testExecute() {
    expect(.none, .execute(size: 1), .fails(.unknown))
    expect(order(.pendingNew, isAcknowledged: false), .execute(size: 1), .fails(.notAcknowledged))
    expect(order(.pendingCancel, isAcknowledged: false), .execute(size: 1), .fails(.notAcknowledged))
    for (state, whileLive, whenDone) in [
      (order(.new), OrderStatus.partial, OrderStatus.filled),
      (order(.partial, executed: 40), .partial, .filled),
      (order(.pendingCancel, executed: 40), .pendingCancel, .pendingCancel),
      (order(.pendingReplace, executed: 40), .pendingReplace, .pendingReplace),
    ] {
      let leaves = state.leaves
      expect(state, .execute(size: 0), .fails(.size))
      expect(
        state, .execute(size: leaves - 1), .to(whileLive, size: 100, executed: 99, leaves: 1))
      expect(state, .execute(size: leaves), .to(whenDone, size: 100, executed: 100, leaves: 0))
      expect(state, .execute(size: leaves + 1), .fails(.overfill))
      expect(state, .execute(size: .max), .fails(.overfill))
    }
    expect(order(.pendingReplace, executed: 100), .execute(size: 1), .fails(.overfill))
    expect(order(.filled, executed: 100), .execute(size: 1), .fails(.overfill))
    for status: OrderStatus in [.canceled, .rejected, .replaced] {
      expect(order(status), .execute(size: 1), .fails(.terminal))
    }
  }

  func testCancel() {
    expect(.none, .cancel(size: 0), .fails(.unknown))
    expect(
      order(.pendingNew, isAcknowledged: false), .cancel(size: 0),
      .to(.pendingCancel, size: 100, executed: 0, leaves: 100))
    expect(
      order(.pendingNew, isAcknowledged: false), .cancel(size: 60),
      .to(.pendingNew, size: 60, executed: 0, leaves: 60))
    expect(order(.new), .cancel(size: 0), .to(.pendingCancel, size: 100, executed: 0, leaves: 100))
    expect(order(.new), .cancel(size: 1), .to(.new, size: 1, executed: 0, leaves: 1))
    expect(order(.new), .cancel(size: 99), .to(.new, size: 99, executed: 0, leaves: 99))
    for size: UInt32 in [0, 1, 40] {
      expect(
        order(.partial, executed: 40), .cancel(size: size),
        .to(.pendingCancel, size: 100, executed: 40, leaves: 60))
    }
    expect(order(.partial, executed: 40), .cancel(size: 41), .to(.partial, size: 41, executed: 40, leaves: 1))
    for status: OrderStatus in [.pendingNew, .new, .partial] {
      for size: UInt32 in [100, 101, .max] {
        expect(order(status), .cancel(size: size), .fails(.superfluous))
      }
    }
    for status: OrderStatus in [.pendingCancel, .pendingReplace] {
      expect(order(status), .cancel(size: 0), .fails(.pending))
    }
    for status: OrderStatus in [.filled, .canceled, .rejected, .replaced] {
      expect(order(status), .cancel(size: 0), .fails(.tooLate))
    }
  }

  func testReplace() {
    let message = OrderProtocol.replace(id: 10, price: Price(20_000), size: 150)
    expect(.none, message, .fails(.unknown))
    for (state, executed) in [(order(.new), UInt32(0)), (order(.partial, executed: 40), 40)] {
      expect(state, message, .to(.pendingReplace, size: 100, executed: executed, leaves: 100 - executed))
      for size: UInt32 in [0, 1_000_000, .max] {
        expect(state, .replace(id: 10, price: Price(1), size: size), .fails(.size))
      }
      for price: UInt64 in [0, 1_999_999_901, 0x7FFF_FFFF, .max] {
        expect(state, .replace(id: 10, price: Price(price), size: 1), .fails(.price))
      }
    }
    for status: OrderStatus in [.pendingNew, .pendingCancel, .pendingReplace] {
      expect(order(status), message, .fails(.pending))
    }
    for status: OrderStatus in [.filled, .canceled, .rejected, .replaced] {
      expect(order(status), message, .fails(.tooLate))
    }
  }

  func testUnsolicitedCancel() {
    expect(.none, .unsolicitedCancel, .fails(.unknown))
    for status: OrderStatus in [.pendingNew, .new, .partial, .pendingCancel, .pendingReplace] {
      expect(order(status), .unsolicitedCancel, .to(.canceled, size: 100, executed: 0, leaves: 0))
      if status != .pendingNew {
        expect(
          order(status, executed: 40), .unsolicitedCancel, .to(.canceled, size: 100, executed: 40, leaves: 0))
      }
    }
    for status: OrderStatus in [.pendingCancel, .pendingReplace] {
      expect(order(status, executed: 100), .unsolicitedCancel, .fails(.tooLate))
    }
    for status: OrderStatus in [.filled, .canceled, .rejected, .replaced] {
      expect(order(status), .unsolicitedCancel, .fails(.terminal))
    }
  }

  private static let statuses: [OrderStatus] = [
    .none, .pendingNew, .new, .partial, .pendingCancel, .pendingReplace, .filled, .canceled, .rejected,
    .replaced,
  ]
}
