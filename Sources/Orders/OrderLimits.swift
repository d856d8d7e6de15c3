import Buffers

/// How much an engine can hold. All its memory is carved for them at boot.
public struct OrderLimits: Equatable, Sendable {
  /// Most clients there can be: an order names its client in a byte.
  public static var mostClients: Int { 256 }
  /// Most live orders there can be: links between levels have 31 bits.
  public static var mostOrders: Int { 1 << 24 }

  /// Live orders of all clients together. There are as many price levels, so those never run out first.
  public let orders: Int
  /// Symbols with live orders; one without gives its book to another when all are taken.
  public let symbols: Int
  /// Clients, numbered from 0.
  public let clients: Int

  public init(orders: Int, symbols: Int = 1024, clients: Int = 64) {
    precondition(orders > 0 && orders <= Self.mostOrders && symbols > 0 && symbols <= Self.mostOrders)
    precondition(clients > 0 && clients <= Self.mostClients)
    self.orders = orders
    self.symbols = symbols
    self.clients = clients
  }

  /// The bytes of an arena that an engine with these limits takes at most.
  public var byteCount: Int { OrderBooks.byteCount(for: self) + OrderEngine.ownByteCount(for: self) }

  /// The greatest power of two of orders whose engine takes at most `byteCount` bytes; nothing when not even 64
  /// orders do.
  public static func fitting(byteCount: Int, symbols: Int = 1024, clients: Int = 64) -> OrderLimits? {
    var orders = mostOrders
    while orders >= 64 {
      let limits = OrderLimits(orders: orders, symbols: symbols, clients: clients)
      if limits.byteCount <= byteCount { return limits }
      orders /= 2
    }
    return nil
  }

  /// The bytes of a table, with what its alignment may cost.
  static func tableByteCount<Element>(_ count: Int, of _: Element.Type) -> Int {
    MemoryLayout<Element>.stride * count + tableAlignment
  }

  /// No table is aligned to more.
  static var tableAlignment: Int { 64 }
}
