import Buffers

/// A number that tells states of the same clients and orders from others, however the orders are spread over engines:
/// added up, engines that have every bucket in one place give what the one engine gives that took all messages.
///
/// It covers the clients' greatest reference numbers, the counters of orders and matches of each bucket, and every
/// live order with its place in its queue. Different states hardly ever share it. 1 KiB.
public struct StateDigest: Sendable {
  /// Of each client over all engines; 0 for one without any.
  private var lastReferences = InlineArray<256, UInt32>(repeating: 0)
  private var buckets: UInt64 = 0
  private var orders: UInt64 = 0

  /// The digest of no engine, which is that of an engine that has done nothing.
  public init() {}

  /// Adds an engine's part. Complexity: O(the engine's limits), for tests and checks.
  public mutating func add(_ engine: borrowing OrderEngine) {
    for client in 0..<engine.limits.clients {
      lastReferences[client] = max(lastReferences[client], engine.lastReference(client: client))
    }
    buckets &+= engine.numbersDigest
    orders &+= engine.ordersDigest
  }

  /// Adds a reference number that a client used up outside of any engine.
  package mutating func add(lastReference: UInt32, of client: Int) {
    lastReferences[client] = max(lastReferences[client], lastReference)
  }

  public var value: UInt64 {
    var clients: UInt64 = 0
    for client in lastReferences.indices where lastReferences[client] != 0 {
      clients &+= Self.mix(UInt64(client), UInt64(lastReferences[client]))
    }
    return Self.mix(Self.mix(clients, buckets), orders)
  }

  /// SplitMix64's finaliser over two words.
  static func mix(_ first: UInt64, _ second: UInt64) -> UInt64 {
    var mixed = first &* 0x9E37_79B9_7F4A_7C15 &+ second &+ 0x9E37_79B9_7F4A_7C15
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

extension OrderEngine {
  /// The digest of this engine alone. See `StateDigest`.
  public var stateDigest: UInt64 {
    var digest = StateDigest()
    digest.add(self)
    return digest.value
  }

  /// A sum over the buckets that have counted something.
  fileprivate var numbersDigest: UInt64 {
    var sum: UInt64 = 0
    for bucket in 0..<numbers.count where numbers[bucket].hasCounted {
      // Both are of the bucket alone: its number is in them.
      sum &+= StateDigest.mix(numbers[bucket].nextOrder, numbers[bucket].nextMatch)
    }
    return sum
  }

  /// A sum over the live orders: the look-up table has no order that means anything.
  fileprivate var ordersDigest: UInt64 {
    var sum: UInt64 = 0
    ordersByReference.forEach { key, order in sum &+= digest(of: order, key: key) }
    return sum
  }

  private func digest(of index: PoolIndex, key: UInt64) -> UInt64 {
    let order = books.orders[Int(index)]
    let side = books.levels[Int(order.level)].side
    var digest = StateDigest.mix(key, books.names[Int(side) / 2].symbol.rawValue)
    digest = StateDigest.mix(digest, UInt64(order.price) << 32 | UInt64(order.size))
    digest = StateDigest.mix(digest, UInt64(order.executed) << 32 | UInt64(side & 1))
    digest = StateDigest.mix(digest, UInt64(order.sideCode.rawValue) << 8 | UInt64(order.capacity.rawValue))
    guard order.previous != .none else { return digest }
    let previous = books.orders[Int(order.previous)]
    return StateDigest.mix(digest, Self.key(client: Int(previous.client), reference: previous.userReference))
  }
}
