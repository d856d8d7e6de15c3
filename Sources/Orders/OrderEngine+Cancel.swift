import Buffers

extension OrderEngine {
  /// Cancels or reduces an order. A reduced order keeps its place in the queue.
  @inline(never)
  public mutating func apply<Sink: ReplySink & ~Copyable>(
    _ cancel: CancelOrder, client: Int, at timestamp: UInt64, into sink: inout Sink
  ) -> Outcome {
    let key = Self.key(client: client, reference: cancel.userReference)
    guard let position = ordersByReference.position(of: key) else { return ignore(.unknownOrder) }
    let order = ordersByReference.value(at: position)
    // A cancel does not ask for the side.
    var process = OrderProcess(books.orders[Int(order)].state(on: .buy))
    let before = process.state
    guard case .success(let after) = process.send(.cancel(size: cancel.quantity)) else {
      return ignore(.superfluousCancel)
    }
    var decrement = before.leaves
    if after.status == .pendingCancel {
      process.acknowledge()
      removeOrder(order, at: position, client: client)
    } else {
      decrement = before.size &- after.size
      books.orders[Int(order)].size = after.size
    }
    counters.canceled &+= 1
    sink.emit(
      OrderCanceled(
        userReference: cancel.userReference, decrement: decrement, reason: .user, timestamp: timestamp),
      to: client)
    if after.status == .pendingCancel { sink.orderEnded(cancel.userReference, of: client) }
    return .applied(.canceled)
  }
}
