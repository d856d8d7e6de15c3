public import Buffers

/// All orders of all clients, and their books: a deterministic state machine without input or output.
///
/// Applying the same messages with the same clients and times gives the same replies byte for byte; ignored messages
/// may be left out. Order and match numbers are counters, so a replay gives them again.
///
/// Several engines can share the symbols, each bucket of them (`Symbol.bucket`) in one engine at a time: together they
/// answer what one alone would, as long as they have room and each client's messages come in its order. Reference
/// numbers are then checked over all of them by whoever spreads the messages.
public struct OrderEngine: ~Copyable, Sendable {
  var books: OrderBooks
  /// Live orders by client and reference number.
  var ordersByReference: HashIndex
  var clients: Table<ClientRecord>
  /// The counters of each bucket.
  var numbers: Table<BucketNumbers>
  /// Where the search for orders of a bucket that leaves goes on.
  var cursor = BucketCursor()
  /// Orders in the books.
  public internal(set) var liveOrderCount = 0
  public internal(set) var counters = OrderCounters()
  public let limits: OrderLimits

  /// The most messages one call of `apply` or `reject` emits: the answer, two for each order traded with, and the
  /// cancellation of a remainder.
  public var mostReplies: Int { 2 + 2 * min(limits.orders, Int(OrderSize.largest)) }

  /// Carves all the memory the engine will ever use. Context: boot.
  ///
  /// - Parameter hashSeed: any number; clients that do not know it cannot slow look-ups down. The engine's answers do
  ///   not depend on it.
  public init(
    limits: OrderLimits, hashSeed: UInt64 = 0x9E37_79B9_7F4A_7C15, in arena: inout Arena
  ) throws(ArenaError) {
    let books = try OrderBooks(limits: limits, seed: hashSeed, in: &arena)
    let ordersByReference = try HashIndex(capacity: limits.orders, seed: hashSeed, in: &arena)
    let clients = try Table(repeating: ClientRecord(), count: limits.clients, in: &arena)
    let numbers = try Table(count: Symbol.bucketCount, in: &arena) {
      BucketNumbers(of: UInt8(truncatingIfNeeded: $0))
    }
    self.books = books
    self.ordersByReference = ordersByReference
    self.clients = clients
    self.numbers = numbers
    self.limits = limits
  }

  /// The bytes of the engine's own tables, without the books.
  static func ownByteCount(for limits: OrderLimits) -> Int {
    HashIndex.byteCount(capacity: limits.orders) + OrderLimits.tableAlignment
      + OrderLimits.tableByteCount(limits.clients, of: ClientRecord.self)
      + OrderLimits.tableByteCount(Symbol.bucketCount, of: BucketNumbers.self)
  }

  /// Applies one message, as it came from a network or a journal. A malformed one changes nothing.
  ///
  /// - Parameters:
  ///   - client: whose message it is, below `limits.clients`.
  ///   - timestamp: nanoseconds since midnight, for the replies.
  @inline(__always)
  public mutating func apply<Sink: ReplySink & ~Copyable>(
    _ bytes: RawSpan, client: Int, at timestamp: UInt64, into sink: inout Sink
  ) throws(MalformedMessage) -> Outcome {
    apply(try InboundKind(checking: bytes), bytes, client: client, at: timestamp, into: &sink)
  }

  /// Applies one message that `InboundKind` has checked.
  @inline(__always)
  public mutating func apply<Sink: ReplySink & ~Copyable>(
    _ kind: InboundKind, _ bytes: RawSpan, client: Int, at timestamp: UInt64, into sink: inout Sink
  ) -> Outcome {
    switch kind {
    case .enter: apply(EnterOrder(bytes), client: client, at: timestamp, into: &sink)
    case .cancel: apply(CancelOrder(bytes), client: client, at: timestamp, into: &sink)
    case .replace: apply(ReplaceOrder(bytes), client: client, at: timestamp, into: &sink)
    case .query: apply(AccountQuery(), client: client, at: timestamp, into: &sink)
    }
  }

  /// Applies one message that was read before.
  @inline(__always)
  public mutating func apply<Sink: ReplySink & ~Copyable>(
    _ message: InboundMessage, client: Int, at timestamp: UInt64, into sink: inout Sink
  ) -> Outcome {
    switch message {
    case .enter(let order): apply(order, client: client, at: timestamp, into: &sink)
    case .cancel(let cancel): apply(cancel, client: client, at: timestamp, into: &sink)
    case .replace(let replace): apply(replace, client: client, at: timestamp, into: &sink)
    case .query(let query): apply(query, client: client, at: timestamp, into: &sink)
    }
  }

  /// Answers which reference number the client may use next.
  @inline(never)
  public mutating func apply<Sink: ReplySink & ~Copyable>(
    _ query: AccountQuery, client: Int, at timestamp: UInt64, into sink: inout Sink
  ) -> Outcome {
    counters.queries &+= 1
    sink.emit(
      AccountQueryResponse(lastReference: clients[client].lastReference, timestamp: timestamp), to: client)
    return .applied(.answeredQuery)
  }

  /// The name of a client's order in the look-up table. Not zero for a live one, whose reference is above 0.
  @inline(__always) package static func key(client: Int, reference: UInt32) -> UInt64 {
    UInt64(truncatingIfNeeded: client) &<< 32 | UInt64(reference)
  }

  /// Where the look-up table has an order that rests.
  @inline(__always) func position(ofResting reference: UInt32, client: Int) -> Int {
    let key = Self.key(client: client, reference: reference)
    guard let position = ordersByReference.position(of: key) else { preconditionFailure("order not indexed") }
    return position
  }

  /// Takes an order out of the books and all tables.
  @inline(__always)
  mutating func removeOrder(_ order: PoolIndex, at position: Int, client: Int) {
    ordersByReference.remove(at: position)
    books.dequeue(order)
    books.giveOrder(order)
    clients[client].liveOrders &-= 1
    liveOrderCount &-= 1
  }

  /// Counts a message without effect; also one of a client that the engine was never told of.
  @discardableResult
  public mutating func ignore(_ reason: IgnoredMessage) -> Outcome {
    switch reason {
    case .staleReference: counters.staleReferences &+= 1
    case .unknownOrder: counters.unknownOrders &+= 1
    case .superfluousCancel: counters.superfluousCancels &+= 1
    }
    return .ignored(reason)
  }
}
