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

  /// A number that two engines share when their state is the same (and hardly ever otherwise): the clients'
  /// reference numbers, the counters of orders and matches, every live order and its place in its queue.
  ///
  /// Complexity: O(limits), for tests and checks.
  public var stateDigest: UInt64 {
    var digest = Self.mix(nextOrderReference, nextMatchNumber)
    for client in 0..<clients.count {
      digest = Self.mix(digest, UInt64(clients[client].lastReference))
    }
    // The table has no order that means anything, so the orders' digests are summed.
    var sum: UInt64 = 0
    ordersByReference.forEach { key, order in sum &+= orderDigest(order, key: key) }
    return Self.mix(digest, sum)
  }

  private func orderDigest(_ index: PoolIndex, key: UInt64) -> UInt64 {
    let order = books.orders[Int(index)]
    let side = books.levels[Int(order.level)].side
    var digest = Self.mix(key, books.names[Int(side) / 2].symbol.rawValue)
    digest = Self.mix(digest, UInt64(order.price) << 32 | UInt64(order.size))
    digest = Self.mix(digest, UInt64(order.executed) << 32 | UInt64(side & 1))
    digest = Self.mix(digest, UInt64(order.sideCode.rawValue) << 8 | UInt64(order.capacity.rawValue))
    guard order.previous != .none else { return digest }
    let previous = books.orders[Int(order.previous)]
    return Self.mix(digest, Self.key(client: Int(previous.client), reference: previous.userReference))
  }

  /// SplitMix64's finaliser over two words.
  private static func mix(_ first: UInt64, _ second: UInt64) -> UInt64 {
    var mixed = first &* 0x9E37_79B9_7F4A_7C15 &+ second &+ 0x9E37_79B9_7F4A_7C15
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
