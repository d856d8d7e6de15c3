public import Buffers
public import Orders
public import Sessions

/// Clients and their orders: what the journal rebuilds. One message of one client goes in, answers come to lie in
/// outbound streams. Live traffic and replay go the same way, so they cannot differ.
///
/// Where the orders are applied is the engine's: here and at once, or on other cores.
public struct OrderVenue<Engine: VenueEngine & ~Copyable>: ~Copyable {
  var engine: Engine
  var answers: AnswerSink
  /// How many of its last answers each client can ask for again.
  public let answersKeptPerClient: Int
  /// When the last input of the replay was applied, in nanoseconds since midnight; nothing when there was none.
  public private(set) var lastReplayed: UInt64?

  /// Context: boot.
  public init(
    engine: consuming Engine, clients: ClientLimits, in arena: inout Arena
  ) throws(ArenaError) {
    let table = try ClientTable(clients, in: &arena)
    self.engine = engine
    answers = AnswerSink(clients: table)
    answersKeptPerClient = clients.messagesPerClient
  }

  /// Applies one message, checked by `InboundKind`, of a client that is known, where the engine does it at once.
  @inline(__always)
  mutating func apply(
    _ kind: InboundKind, _ bytes: RawSpan, client: Int, at nanosecondsSinceMidnight: UInt64, entry: UInt64
  ) -> Outcome {
    answers.entry = entry
    let outcome = engine.apply(kind, bytes, client: client, at: nanosecondsSinceMidnight, into: &answers)
    if kind == .enter && outcome == .applied(.accepted) { answers.clients.remember(client) }
    return outcome
  }

  /// Gives the engine one message, checked by `InboundKind`, of a client that is known.
  @inline(__always)
  mutating func submit(
    _ kind: InboundKind, _ bytes: RawSpan, client: Int, at nanosecondsSinceMidnight: UInt64, entry: UInt64
  ) -> Submission {
    answers.entry = entry
    return engine.submit(kind, bytes, client: client, at: nanosecondsSinceMidnight, into: &answers)
  }

  /// Gives the engine a message of a name that may not be known, or one that is to be refused.
  ///
  /// - Parameters:
  ///   - client: where `name` is known to stand, if it was looked up already.
  ///   - kind: `refused` rejects an Enter or Replace without looking at it.
  /// - Returns: nothing when every place for a client is taken by a name that had an order accepted.
  mutating func submitCarefully(
    _ bytes: RawSpan, _ message: InboundMessage, of name: ClientName, client: Int?, kind: JournalEntry.Kind,
    at nanosecondsSinceMidnight: UInt64, entry: UInt64
  ) throws(MalformedMessage) -> Submission? {
    answers.entry = entry
    guard let client = client ?? admit(name, for: message) else { return refusal(message) }
    if kind == .refused {
      return .done(refuse(message, client: client, at: nanosecondsSinceMidnight))
    }
    let kind = try InboundKind(checking: bytes)
    if !Engine.isSpread {
      return .done(apply(kind, bytes, client: client, at: nanosecondsSinceMidnight, entry: entry))
    }
    return submit(kind, bytes, client: client, at: nanosecondsSinceMidnight, entry: entry)
  }

  /// Applies an entry of the journal again. False when it does not do what it did the first time: the journal is not
  /// one of this version, or was written with more memory.
  ///
  /// Complexity: as the message's. Context: boot.
  public mutating func replay(_ entry: JournalEntry, number: UInt64) -> Bool {
    answers.entry = number
    guard let client = answers.clients.find(entry.client) ?? admit(entry.client, for: entry.message),
      case .applied(let application) = applyAgain(entry, client: client), application != .rejectedForRoom
    else { return false }
    if application == .accepted { answers.clients.remember(client) }
    lastReplayed = max(lastReplayed ?? 0, entry.nanosecondsSinceMidnight)
    return true
  }

  private mutating func applyAgain(_ entry: JournalEntry, client: Int) -> Outcome {
    switch entry.kind {
    case .applied:
      engine.replay(entry.message, client: client, at: entry.nanosecondsSinceMidnight, into: &answers)
    case .refused: refuse(entry.message, client: client, at: entry.nanosecondsSinceMidnight)
    }
  }

  /// A number that two venues with the same state share, wherever their orders are applied. Context: boot.
  public var stateDigest: UInt64 { engine.stateDigest }

  /// Makes a place for a name that is not known, if its message will be answered: a table that is rebuilt from the
  /// journal knows no others.
  @inline(never)
  private mutating func admit(_ name: ClientName, for message: InboundMessage) -> Int? {
    switch message {
    case .enter(let order): guard order.userReference > 0 else { return nil }
    case .query: break
    case .replace, .cancel: return nil
    }
    switch answers.clients.admit(name) {
    case .known(let client): return client
    case .new(let client):
      engine.forget(client: client)
      return client
    case .full: return nil
    }
  }

  /// What becomes of a message whose name got no place.
  private mutating func refusal(_ message: InboundMessage) -> Submission? {
    switch message {
    case .enter(let order):
      guard order.userReference == 0 else { return nil }
      return .done(engine.ignore(.staleReference))
    case .query: return nil
    case .replace, .cancel: return .done(engine.ignore(.unknownOrder))
    }
  }

  @inline(never)
  private mutating func refuse(
    _ message: InboundMessage, client: Int, at nanosecondsSinceMidnight: UInt64
  ) -> Outcome {
    switch message {
    case .enter(let order):
      engine.reject(order, client: client, at: nanosecondsSinceMidnight, into: &answers)
    case .replace(let replace):
      engine.reject(replace, client: client, at: nanosecondsSinceMidnight, into: &answers)
    case .cancel, .query:
      .ignored(.unknownOrder)
    }
  }
}

/// A venue whose orders are applied where it is: the fast delivery of one core, and of tools on a host.
public typealias LocalVenue = OrderVenue<OrderEngine>

extension OrderVenue where Engine == OrderEngine {
  /// Context: boot.
  public init(
    orders: OrderLimits, clients: ClientLimits, hashSeed: UInt64, in arena: inout Arena
  ) throws(ArenaError) {
    let engine = try OrderEngine(limits: orders, hashSeed: hashSeed, in: &arena)
    try self.init(engine: engine, clients: clients, in: &arena)
  }
}

extension OrderVenue where Engine == SpreadEngine {
  /// Gives an order core's shard away, when the journal has been replayed. Context: boot.
  public mutating func takeShard(_ index: Int) -> OrderShard { engine.takeShard(index) }
}
