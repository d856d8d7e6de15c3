import Buffers
import Orders

/// Which bucket each live order of each client is in, those under way included: a cancel does not name its symbol.
struct OrderDirectory: ~Copyable {
  private var buckets: HashIndex
  /// Orders of each bucket.
  private(set) var orderCounts: Table<UInt32>
  private(set) var count = 0

  /// Context: boot.
  init(capacity: Int, seed: UInt64, in arena: inout Arena) throws(ArenaError) {
    let buckets = try HashIndex(capacity: capacity, seed: seed, in: &arena)
    let orderCounts = try Table(repeating: UInt32(0), count: Symbol.bucketCount, in: &arena)
    self.buckets = buckets
    self.orderCounts = orderCounts
  }

  /// The bucket of an order; nothing when it is not live.
  @inline(__always)
  func bucket(of reference: UInt32, client: Int) -> UInt8? {
    guard let position = buckets.position(of: OrderEngine.key(client: client, reference: reference)) else {
      return nil
    }
    return UInt8(truncatingIfNeeded: buckets.value(at: position))
  }

  /// Adds an order with a number that is not there and not 0.
  @inline(__always)
  mutating func insert(_ reference: UInt32, client: Int, bucket: UInt8) {
    buckets.insert(OrderEngine.key(client: client, reference: reference), value: UInt32(bucket))
    orderCounts[Int(bucket)] &+= 1
    count &+= 1
  }

  /// Adds all live orders of an engine. Context: boot.
  mutating func note(_ engine: borrowing OrderEngine) {
    engine.forEachLiveOrder { client, reference, symbol in
      insert(reference, client: client, bucket: symbol.bucket)
    }
  }

  /// Takes out an order that is over.
  @inline(__always)
  mutating func remove(_ reference: UInt32, client: Int) {
    guard let position = buckets.position(of: OrderEngine.key(client: client, reference: reference)) else {
      preconditionFailure("an order is over that was never under way")
    }
    orderCounts[Int(buckets.value(at: position))] &-= 1
    buckets.remove(at: position)
    count &-= 1
  }
}
