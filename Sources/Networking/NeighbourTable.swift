import Buffers
import Timing
import Wire

/// The hosts on the link whose stations are known or asked for: a fixed number, in no order.
///
/// Who is given up when the table is full, the longest untouched first: a failed host, then one nobody sends to,
/// then, only in favour of one we want to send to, any other. So strangers cannot displace those we talk with.
struct NeighbourTable: ~Copyable {
  /// Hosts known at once: 64 clients on the link, the gateway, and as many passers-by.
  static let capacity = 128
  /// How long a host counts as reachable after it was heard of.
  static let lifetime = Duration.seconds(60)
  /// The least time between two requests for one host (RFC 1122, 2.3.2.1).
  static let retryInterval = Duration.seconds(1)
  /// Unanswered requests before a host counts as gone.
  static let requestLimit: UInt8 = 3
  /// How long a host that did not answer is not asked for again.
  static let holdDown = Duration.seconds(5)

  private var entries: Table<Neighbour>
  /// Places in use are below this.
  private var usedCount = 0
  /// When `advance` has something to do; may be too early, never too late.
  private(set) var nextDeadline = Instant.never
  /// Requests due now.
  private(set) var dueCount = 0
  /// Grows when a route found before may be wrong, or one not found may be there now.
  private(set) var generation: UInt64 = 1

  init(in arena: inout Arena) throws(ArenaError) {
    entries = try Table(repeating: Neighbour(), count: Self.capacity, in: &arena)
  }

  subscript(index: Int) -> Neighbour { entries[index] }

  /// The place of `address`. Complexity: O(places in use).
  func find(_ address: IPv4Address) -> Int? {
    for index in 0..<usedCount where entries[index].address == address && entries[index].state != .absent {
      return index
    }
    return nil
  }

  enum Answer {
    case station(MACAddress)
    case pending(until: Instant)
    case failed
  }

  /// The station of a host we want to send to; starts asking for it when it is not known.
  mutating func resolve(_ address: IPv4Address, now: Instant) -> Answer {
    let index = find(address) ?? place(for: address, wanted: true, now: now)
    guard let index else { return .failed }
    if entries[index].state == .failed, now < entries[index].deadline { return .failed }
    entries[index].isWanted = true
    switch entries[index].state {
    case .stale: ask(index, .probing, now: now)
    case .absent, .failed: ask(index, .incomplete, now: now)
    case .incomplete, .reachable, .probing: break
    }
    if entries[index].isUsable { return .station(entries[index].hardware) }
    return .pending(until: entries[index].requestIsDue ? now + Self.retryInterval : entries[index].deadline)
  }

  /// A host told us its station in a request addressed to us. False: there was no place to keep it.
  mutating func learn(_ address: IPv4Address, _ hardware: MACAddress, now: Instant) -> Bool {
    guard let index = find(address) ?? place(for: address, wanted: false, now: now) else { return false }
    confirm(index, hardware, now: now)
    return true
  }

  /// A host answered a request. False: it was not asked.
  mutating func answer(_ address: IPv4Address, _ hardware: MACAddress, now: Instant) -> Bool {
    guard let index = find(address) else { return false }
    guard entries[index].state == .incomplete || entries[index].state == .probing else { return false }
    confirm(index, hardware, now: now)
    return true
  }

  /// A host announced its station to all (RFC 5227, 3). False: it is not one we know.
  mutating func announce(_ address: IPv4Address, _ hardware: MACAddress, now: Instant) -> Bool {
    guard let index = find(address), entries[index].isUsable else { return false }
    confirm(index, hardware, now: now)
    return true
  }

  private mutating func confirm(_ index: Int, _ hardware: MACAddress, now: Instant) {
    let isNews = !entries[index].isUsable || entries[index].hardware != hardware
    if isNews && (entries[index].isWanted) { generation &+= 1 }
    if entries[index].requestIsDue { dueCount &-= 1 }
    entries[index].confirm(hardware, now: now)
    nextDeadline = min(nextDeadline, entries[index].deadline)
  }

  private mutating func ask(_ index: Int, _ state: Neighbour.State, now: Instant) {
    if !entries[index].requestIsDue { dueCount &+= 1 }
    entries[index].ask(state, now: now)
  }
}

// MARK: - Time

extension NeighbourTable {
  /// Does what is due. Complexity: O(places in use) when a deadline has passed, else O(1).
  mutating func advance(to now: Instant) {
    guard now >= nextDeadline else { return }
    nextDeadline = .never
    for index in 0..<usedCount {
      if entries[index].deadline <= now, !entries[index].requestIsDue { expire(index, now: now) }
      if !entries[index].requestIsDue { nextDeadline = min(nextDeadline, entries[index].deadline) }
    }
  }

  private mutating func expire(_ index: Int, now: Instant) {
    switch entries[index].state {
    case .absent, .stale:
      entries[index].deadline = .never
    case .reachable:
      if entries[index].isWanted {
        ask(index, .probing, now: now)
      } else {
        entries[index].state = .stale
        entries[index].deadline = .never
      }
    case .incomplete:
      guard entries[index].requestsLeft == 0 else { return requestAgain(index) }
      entries[index].state = .failed
      entries[index].deadline = now + Self.holdDown
      generation &+= 1
    case .probing:
      guard entries[index].requestsLeft == 0 else { return requestAgain(index) }
      remove(index)
      generation &+= 1
    case .failed:
      remove(index)
    }
  }

  private mutating func requestAgain(_ index: Int) {
    entries[index].requestIsDue = true
    dueCount &+= 1
  }

  /// Takes the next request that is due: whom to ask for, and at which station (all, when it is not known).
  mutating func takeRequest(now: Instant) -> (address: IPv4Address, hardware: MACAddress)? {
    guard dueCount > 0 else { return nil }
    for index in 0..<usedCount where entries[index].requestIsDue {
      dueCount &-= 1
      entries[index].requestIsDue = false
      entries[index].requestsLeft &-= 1
      entries[index].deadline = now + Self.retryInterval
      nextDeadline = min(nextDeadline, entries[index].deadline)
      let isProbe = entries[index].state == .probing
      return (entries[index].address, isProbe ? entries[index].hardware : .broadcast)
    }
    return nil
  }
}

// MARK: - Places

extension NeighbourTable {
  /// A place for a new host, with the state `absent`; nothing when all are kept for better ones.
  private mutating func place(for address: IPv4Address, wanted: Bool, now: Instant) -> Int? {
    guard let index = freePlace() ?? leastUseful(upTo: wanted ? .wanted : .passing) else { return nil }
    if entries[index].isUsable && entries[index].isWanted { generation &+= 1 }
    remove(index)
    entries[index].address = address
    entries[index].touched = now
    usedCount = max(usedCount, index &+ 1)
    return index
  }

  private func freePlace() -> Int? {
    for index in 0..<usedCount where entries[index].state == .absent { return index }
    return usedCount < Self.capacity ? usedCount : nil
  }

  /// How willingly a place is given up; the lowest first.
  private enum Worth: UInt8 {
    case failed
    case passing
    case wanted
  }

  private func worth(_ index: Int) -> Worth {
    if entries[index].state == .failed { return .failed }
    return entries[index].isWanted ? .wanted : .passing
  }

  /// The place of least worth, at most `limit`; among equals the longest untouched, then the first.
  private func leastUseful(upTo limit: Worth) -> Int? {
    var best: Int?
    for index in 0..<usedCount where worth(index).rawValue <= limit.rawValue {
      guard let current = best else {
        best = index
        continue
      }
      let (left, right) = (worth(index).rawValue, worth(current).rawValue)
      if left < right || left == right && entries[index].touched < entries[current].touched { best = index }
    }
    return best
  }

  private mutating func remove(_ index: Int) {
    if entries[index].requestIsDue { dueCount &-= 1 }
    entries[index] = Neighbour()
  }
}
