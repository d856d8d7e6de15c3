import Buffers
import Orders
import Reactors
import Sessions

/// How much the node holds, from the memory that is left when its devices have theirs. All limits are set here.
struct NodeLimits {
  /// More than this is not taken however much there is: memory has to be touched at boot.
  static let mostOrderByteCount = 8 << 20
  static let mostClientByteCount = 24 << 20
  static let symbolCount = 1024
  /// Room for tables that do not scale: routes, timers, neighbours, the console.
  static let reservedByteCount = 128 << 10
  /// More tasks than the node itself has are for whoever builds on it.
  static let reactor = ReactorLimits(taskCount: 64, taskByteCount: 256, traceCapacity: 1024)
  /// Of the cores beside the sessions core.
  static let otherReactor = ReactorLimits(taskCount: 16, taskByteCount: 128, traceCapacity: 1024)
  static let consoleCapacity = 16 << 10
  /// The links with an order core.
  static let linkByteCount = 512 << 10

  let orders: OrderLimits
  let clients: ClientLimits

  /// Nothing when the memory is not enough for the smallest node.
  init?(remainingByteCount: Int) {
    let half = (remainingByteCount - Self.reservedByteCount) / 2
    guard half > 0,
      let orders = OrderLimits.fitting(
        byteCount: min(half, Self.mostOrderByteCount), symbols: Self.symbolCount)
    else { return nil }
    self.orders = orders
    clients = ClientLimits(fitting: min(half, Self.mostClientByteCount))
    guard clients.byteCount <= half else { return nil }
  }

  /// The orders of each order core, which shares the memory of its node with `shardCount` - 1 others. As many symbols as
  /// orders: a bucket that fits by its orders then always fits.
  static func shardOrders(remainingByteCount: Int, shardCount: Int) -> OrderLimits? {
    let share = min(remainingByteCount / 2 / shardCount - linkByteCount, mostOrderByteCount)
    var orders = 1 << 16
    while orders >= 64 {
      let limits = OrderLimits(orders: orders, symbols: orders, clients: ClientLimits.clientCount)
      if limits.byteCount <= share { return limits }
      orders /= 2
    }
    return nil
  }
}
