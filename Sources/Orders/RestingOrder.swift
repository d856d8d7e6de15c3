/// The place of an order in the book's pool; `none` for no order, level or branch.
typealias PoolIndex = UInt32

extension PoolIndex {
  static var none: PoolIndex { .max }
}

/// An order in the book, 32 bytes, written once when it comes to rest.
struct RestingOrder: BitwiseCopyable {
  var userReference: UInt32
  /// Ten-thousandths; a limit price fits in 31 bits.
  var price: UInt32
  /// Shares in all, executed ones included.
  var size: UInt32
  var executed: UInt32
  /// Where it rests.
  var level: PoolIndex
  /// The order behind it in its level; in a free slot the next free one.
  var next: PoolIndex
  /// The order before it in its level.
  var previous: PoolIndex
  var client: UInt8
  var sideCode: SideCode
  var capacity: CapacityCode

  /// The order as its process sees it.
  @inline(__always) func state(on side: Side) -> OrderState {
    OrderState(
      status: executed == 0 ? .new : .partial, id: userReference,
      price: Price(tenThousandths: UInt64(price)), size: size, side: side, executed: executed)
  }

  /// An unused slot.
  static func free(next: PoolIndex) -> RestingOrder {
    RestingOrder(
      userReference: 0, price: 0, size: 0, executed: 0, level: .none, next: next, previous: .none, client: 0,
      sideCode: .buy, capacity: .agency)
  }
}
