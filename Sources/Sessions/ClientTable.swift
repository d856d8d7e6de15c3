public import Buffers
public import Wire

/// The clients by name, each with its outbound stream; at most `ClientLimits.clientCount`.
///
/// A client is an index below that count, and stays the same while its name is known. The caller may keep tables
/// of its own by that index, and clears a place when `admit` says it is new.
///
/// **Restart.** The table must come out the same when the journal is replayed. What decides who is in it, and the
/// numbers of all messages, are the calls to `admit`, `remember` and `append`, in their order, and nothing else:
/// make them only for inputs that are journaled, and make them again in the journal's order. `find`, `hear`,
/// `writeDatagram` and the others may come at any time, or not at all. So a name that is only asked about, as in a
/// retransmission request, is not admitted.
public struct ClientTable: ~Copyable {
  /// Places of the index by name: four for each client, so that a search ends after one or two.
  static let indexCount = 256

  var clients: Table<Client>
  var rings: MessageRings
  /// The client whose name's search passes here, plus 1; 0 where a search ends.
  var index: Table<UInt8>
  private var admissionCount: UInt64 = 0
  /// Names known now.
  public private(set) var count = 0
  /// Names remembered for good.
  public private(set) var rememberedCount = 0
  /// A bit for each client that has messages not yet sent, durable or not.
  public internal(set) var unsentClients: UInt64 = 0
  /// Messages overwritten before they were sent live; the clients can tell by the gap, not get them again.
  public internal(set) var lostMessageCount: UInt64 = 0

  /// Context: boot.
  public init(_ limits: ClientLimits, in arena: inout Arena) throws(ArenaError) {
    let clients = try Table(repeating: Client(), count: ClientLimits.clientCount, in: &arena)
    let index = try Table(repeating: UInt8(0), count: Self.indexCount, in: &arena)
    let rings = try MessageRings(messageCount: limits.messagesPerClient, in: &arena)
    self.clients = clients
    self.index = index
    self.rings = rings
  }

  /// The client of that name. Changes nothing. Complexity: O(1) on average.
  @inline(__always)
  public func find(_ name: ClientName) -> Int? {
    var place = Self.home(of: name)
    while true {
      let entry = index[place]
      guard entry != 0 else { return nil }
      let client = Int(entry) &- 1
      if clients[client].name == name { return client }
      place = (place &+ 1) & (Self.indexCount &- 1)
    }
  }

  /// How a name was admitted.
  public enum Admission: Equatable, Sendable {
    /// It is known.
    case known(Int)
    /// It is known from now on, provisionally; whatever was kept under this index is another client's.
    case new(Int)
    /// All places are remembered for good: count it, and drop what it said.
    case full
  }

  /// Makes a place for a valid name whose input is journaled; the oldest provisional client gives way if it must.
  ///
  /// Complexity: O(1) for a known name, else O(clients).
  public mutating func admit(_ name: ClientName) -> Admission {
    if let client = find(name) { return .known(client) }
    guard let client = freePlace() ?? oldestProvisional() else { return .full }
    if clients[client].standing != .absent { remove(client) }
    admissionCount += 1
    clients[client] = Client(name: name, standing: .provisional, admission: admissionCount)
    insert(client)
    count += 1
    return .new(client)
  }

  /// Keeps a client for good: from its first accepted order on.
  @inline(__always)
  public mutating func remember(_ client: Int) {
    guard clients[client].standing == .provisional else { return }
    clients[client].standing = .remembered
    rememberedCount &+= 1
  }

  /// Takes note of where a client spoke from.
  @inline(__always)
  public mutating func hear(_ client: Int, from endpoint: UDPEndpoint) {
    clients[client].endpoint = endpoint
  }

  /// Where a client spoke from last; `none` when it has not since the restart.
  @inline(__always)
  public func endpoint(of client: Int) -> UDPEndpoint { clients[client].endpoint }

  /// A known client's name.
  public func name(of client: Int) -> ClientName { clients[client].name }

  /// Whether a client is kept for good.
  public func isRemembered(_ client: Int) -> Bool { clients[client].standing == .remembered }
}

// MARK: - Places and index

extension ClientTable {
  /// Where the search for a name begins.
  @inline(__always)
  static func home(of name: ClientName) -> Int {
    let mixed = (name.head ^ UInt64(name.tail) &* 0x9E37_79B9_7F4A_7C15) &* 0xD6E8_FEB8_6659_FD93
    return Int(truncatingIfNeeded: mixed >> 56)
  }

  private func freePlace() -> Int? {
    for client in 0..<clients.count where clients[client].standing == .absent { return client }
    return nil
  }

  private func oldestProvisional() -> Int? {
    var oldest: Int?
    for client in 0..<clients.count where clients[client].standing == .provisional {
      if let other = oldest, clients[other].admission < clients[client].admission { continue }
      oldest = client
    }
    return oldest
  }

  private mutating func insert(_ client: Int) {
    var place = Self.home(of: clients[client].name)
    while index[place] != 0 { place = (place + 1) & (Self.indexCount - 1) }
    index[place] = UInt8(client + 1)
  }

  private mutating func remove(_ client: Int) {
    var hole = Self.home(of: clients[client].name)
    while index[hole] != UInt8(client + 1) { hole = (hole + 1) & (Self.indexCount - 1) }
    closeHole(hole)
    lostMessageCount += clients[client].stream.appendedThrough - clients[client].stream.sentThrough
    clients[client].standing = .absent
    unsentClients &= ~(1 << UInt64(client))
    count -= 1
  }

  /// Empties a place of the index, and moves later names up so that no search ends too early.
  private mutating func closeHole(_ start: Int) {
    let mask = Self.indexCount - 1
    var hole = start
    var place = (hole + 1) & mask
    while index[place] != 0 {
      let home = Self.home(of: clients[Int(index[place]) - 1].name)
      // A name may move up when the hole does not lie before its home.
      if (place - home) & mask >= (place - hole) & mask {
        index[hole] = index[place]
        hole = place
      }
      place = (place + 1) & mask
    }
    index[hole] = 0
  }
}
