public import Buffers
public import Orders
public import Sessions

/// Clients and their orders: what the journal rebuilds. One message of one client goes in, answers come to lie in
/// outbound streams. Live traffic and replay go the same way, so they cannot differ.
public struct OrderVenue: ~Copyable {
  private(set) var engine: OrderEngine
  var answers: AnswerSink
  /// How many of its last answers each client can ask for again.
  public let answersKeptPerClient: Int
  /// When the last input of the replay was applied, in nanoseconds since midnight; nothing when there was none.
  public private(set) var lastReplayed: UInt64?

  /// What became of a message.
  public enum Result: Equatable, Sendable {
    /// It changed something: it must be in the journal.
    case applied(client: Int, Application)
    /// It changed nothing and is not answered.
    case ignored(IgnoredMessage)
    /// Every place for a client is taken by a name that had an order accepted.
    case noPlace
  }

  /// Context: boot.
  public init(
    orders: OrderLimits, clients: ClientLimits, hashSeed: UInt64, in arena: inout Arena
  ) throws(ArenaError) {
    let engine = try OrderEngine(limits: orders, hashSeed: hashSeed, in: &arena)
    let table = try ClientTable(clients, in: &arena)
    self.engine = engine
    answers = AnswerSink(clients: table)
    answersKeptPerClient = clients.messagesPerClient
  }

  /// Applies one message of the client called `name`.
  ///
  /// - Parameters:
  ///   - client: where `name` is known to stand, if it was looked up already.
  ///   - kind: `refused` rejects an Enter or Replace without looking at it.
  ///   - entry: the journal entry that will hold the message, if it is applied.
  public mutating func apply(
    _ message: InboundMessage, of name: ClientName, client: Int?, kind: JournalEntry.Kind,
    at nanosecondsSinceMidnight: UInt64, entry: UInt64
  ) -> Result {
    answers.entry = entry
    guard let client = client ?? admit(name, for: message) else { return refusal(message) }
    let outcome =
      kind == .applied
      ? engine.apply(message, client: client, at: nanosecondsSinceMidnight, into: &answers)
      : refuse(message, client: client, at: nanosecondsSinceMidnight)
    switch outcome {
    case .applied(let application):
      if application == .accepted { answers.clients.remember(client) }
      return .applied(client: client, application)
    case .ignored(let reason):
      return .ignored(reason)
    }
  }

  /// Applies one message, checked by `InboundKind`, of a client that is known; the common case of the above.
  @inline(__always)
  mutating func apply(
    _ kind: InboundKind, _ bytes: RawSpan, client: Int, at nanosecondsSinceMidnight: UInt64, entry: UInt64
  ) -> Outcome {
    answers.entry = entry
    let outcome = engine.apply(kind, bytes, client: client, at: nanosecondsSinceMidnight, into: &answers)
    if kind == .enter && outcome == .applied(.accepted) { answers.clients.remember(client) }
    return outcome
  }

  /// Applies an entry of the journal again. False when it does not do what it did the first time: the journal is not
  /// one of this version.
  public mutating func replay(_ entry: JournalEntry, number: UInt64) -> Bool {
    let result = apply(
      entry.message, of: entry.client, client: answers.clients.find(entry.client), kind: entry.kind,
      at: entry.nanosecondsSinceMidnight, entry: number)
    guard case .applied = result else { return false }
    lastReplayed = entry.nanosecondsSinceMidnight
    return true
  }

  /// A number that two venues with the same state share.
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

  /// Why a name that is not known got no place.
  private mutating func refusal(_ message: InboundMessage) -> Result {
    switch message {
    case .enter(let order):
      guard order.userReference == 0 else { return .noPlace }
      return ignore(.staleReference)
    case .query: return .noPlace
    case .replace, .cancel: return ignore(.unknownOrder)
    }
  }

  private mutating func ignore(_ reason: IgnoredMessage) -> Result {
    engine.ignore(reason)
    return .ignored(reason)
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
