import Reactors
import Buffers
import Orders
import SimulationSupport
import TestSupport
import Wire

@testable import Exchange
@testable import Orders
@testable import Sessions

/// One live order, as both sides of the comparison can say it.
private struct LiveOrder: Hashable {
  let client: String
  let reference: UInt32
  let isBuy: Bool
  let symbol: UInt64
  let price: UInt64
  let size: UInt32
  let executed: UInt32
  /// Whom it queues behind.
  let behind: [String]
}

/// Compares every live order, its place in its queue, and every stream of a node with the plain venue's.
func checkBooks(
  _ node: SimulatedMachine.Node, _ plain: PlainVenue, complain: (String) -> Void
) {
  let real = liveOrders(node)
  let expected = liveOrders(plain)
  if real != expected {
    let (extra, missing) = (real.subtracting(expected), expected.subtracting(real))
    complain("\(extra.count) live orders too many, such as \(extra.first.map { "\($0)" } ?? "none")")
    complain("\(missing.count) live orders missing, such as \(missing.first.map { "\($0)" } ?? "none")")
  }
  for client in plain.clients.values {
    let name = ClientName([UInt8](client.name.utf8).rawBytes, at: 0)
    guard let index = node.orderNode.value.venue.find(name) else {
      complain("\(client.name) is not known")
      continue
    }
    let count = node.orderNode.value.venue.answers.clients.appendedThrough(index)
    if count != UInt64(client.messages.count) {
      complain("\(client.name) has \(count) messages instead of \(client.messages.count)")
    }
  }
}

private func liveOrders(_ node: SimulatedMachine.Node) -> Set<LiveOrder> {
  var orders: Set<LiveOrder> = []
  var indices: [PoolIndex] = []
  node.orderNode.value.venue.engine.ordersByReference.forEach { _, index in indices.append(index) }
  for index in indices {
    let order = node.orderNode.value.venue.engine.books.orders[Int(index)]
    let side = node.orderNode.value.venue.engine.books.levels[Int(order.level)].side
    let symbol = node.orderNode.value.venue.engine.books.names[Int(side) / 2].symbol.rawValue
    var behind: [String] = []
    if order.previous != .none {
      let previous = node.orderNode.value.venue.engine.books.orders[Int(order.previous)]
      behind = ["\(name(of: previous.client, node)) \(previous.userReference)"]
    }
    orders.insert(
      LiveOrder(
        client: name(of: order.client, node), reference: order.userReference, isBuy: side & 1 == 0,
        symbol: symbol, price: UInt64(order.price), size: order.size, executed: order.executed, behind: behind
      ))
  }
  return orders
}

private func name(of client: UInt8, _ node: SimulatedMachine.Node) -> String {
  let name = node.orderNode.value.venue.answers.clients.name(of: Int(client))
  var bytes = [UInt8](repeating: 0, count: ClientName.byteCount)
  bytes.withRawBytes { name.write(into: &$0, at: 0) }
  return String(decoding: bytes, as: UTF8.self)
}

private func liveOrders(_ plain: PlainVenue) -> Set<LiveOrder> {
  var orders: Set<LiveOrder> = []
  for (place, order) in plain.orders.enumerated() {
    let previous = plain.orders[..<place].last {
      $0.symbol == order.symbol && $0.isBuy == order.isBuy && $0.price == order.price
    }
    orders.insert(
      LiveOrder(
        client: order.client, reference: order.reference, isBuy: order.isBuy,
        symbol: Symbol(text: order.symbol)!.rawValue,
        price: order.price, size: order.size, executed: order.executed,
        behind: previous.map { ["\($0.client) \($0.reference)"] } ?? []))
  }
  return orders
}
