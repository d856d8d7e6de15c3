import Buffers

/// What the engine remembers of a client.
struct ClientRecord: BitwiseCopyable {
  /// The greatest reference number of its Enters and Replaces that had an answer.
  var lastReference: UInt32 = 0
  var liveOrders: UInt32 = 0
}

extension OrderEngine {
  /// Orders of one client in the books.
  public func liveOrderCount(client: Int) -> Int { Int(clients[client].liveOrders) }

  /// The greatest reference number the client has used; 0 at first.
  public func lastReference(client: Int) -> UInt32 { clients[client].lastReference }

  /// Makes the number of a client without live orders that of a new one. Traps when the client has live orders.
  public mutating func forget(client: Int) {
    precondition(clients[client].liveOrders == 0, "a client with live orders cannot be forgotten")
    clients[client] = ClientRecord()
  }
}
