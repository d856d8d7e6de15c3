public import Buffers
public import Timing
public import Wire

/// Ethernet, ARP, IPv4, ICMP echo and UDP for one host on one link: bytes and `now` go in, actions come out.
///
/// It owns no frame and does no I/O. The caller
/// - gives every received frame to `receive` and does what it says;
/// - gets a `UDPRoute` for each endpoint it sends to by `resolve`, keeps it while `isCurrent`, and writes headers
///   with it around payloads that lie in transmit frames already;
/// - calls `poll(now:)` when `nextDeadline` has come, and `writeRequest` while `wantsToSend`.
public struct NetworkStack: ~Copyable {
  public let configuration: NetworkConfiguration
  public internal(set) var counters: NetworkCounters
  var neighbours: NeighbourTable

  // What each frame is compared with, in memory order and computed once.

  /// Our station in the upper 48 bits.
  let station: UInt64
  /// Our address, in memory order and in the host's.
  let addressField: UInt32
  let address: UInt32
  /// The addresses hosts on the link can have: all begin with the same octet as ours, which is a host's.
  let firstHost: UInt32
  let hostCount: UInt32

  /// Context: boot.
  public init(_ configuration: NetworkConfiguration, in arena: inout Arena) throws(ArenaError) {
    self.configuration = configuration
    let neighbours = try NeighbourTable(in: &arena)
    counters = try NetworkCounters(in: &arena)
    self.neighbours = neighbours
    station = configuration.hardware.littleEndianValue << 16
    address = configuration.address.rawValue
    addressField = address.bigEndian
    (firstHost, hostCount) = configuration.hosts
  }

  /// Counts something the caller dropped: a datagram for a port nobody listens on, a reply without a frame.
  public mutating func count(_ reason: DropReason) { counters.count(reason) }

  mutating func drop(_ reason: DropReason) -> ReceiveAction {
    counters.count(reason)
    return .dropped(reason)
  }
}

// MARK: - Sending

/// The way to an endpoint, as far as it is known.
public enum Resolution: Sendable {
  /// Send with this.
  case ready(UDPRoute)
  /// The host was asked for its station. Ask again when `NetworkStack.routeGeneration` changed, or at this time.
  case pending(until: Instant)
  /// Nothing can be sent there now; counted. Ask again later.
  case unreachable(DropReason)
}

extension NetworkStack {
  /// Changes when a route may have become wrong or possible.
  public var routeGeneration: UInt64 { neighbours.generation }

  /// Whether `route` leads to `remote` and still holds: what to check before each use of a kept route.
  @inline(__always)
  public func isCurrent(_ route: UDPRoute, for remote: UDPEndpoint) -> Bool {
    route.generation == neighbours.generation && route.remote == remote
  }

  /// Finds the way from our `localPort` to `remote`. Complexity: O(known hosts); keep the route.
  public mutating func resolve(_ remote: UDPEndpoint, from localPort: UInt16, now: Instant) -> Resolution {
    guard configuration.isPeer(remote.address), remote.port != 0 else {
      return unreachable(.invalidDestination)
    }
    var nextHop = remote.address
    if !configuration.isOnLink(nextHop) {
      guard let gateway = configuration.gateway else { return unreachable(.noGateway) }
      nextHop = gateway
    }
    switch neighbours.resolve(nextHop, now: now) {
    case .pending(let instant): return .pending(until: instant)
    case .failed: return unreachable(.hostUnreachable)
    case .station(let station):
      return .ready(
        UDPRoute(
          station: station, configuration: configuration, localPort: localPort, remote: remote,
          generation: neighbours.generation))
    }
  }

  private mutating func unreachable(_ reason: DropReason) -> Resolution {
    counters.count(reason)
    return .unreachable(reason)
  }
}

// MARK: - Requests of our own

extension NetworkStack {
  /// When `poll(now:)` has something to do; `never` when nothing is pending.
  public var nextDeadline: Instant { neighbours.nextDeadline }

  /// Whether ARP requests wait for a frame: call `writeRequest`.
  public var wantsToSend: Bool { neighbours.dueCount > 0 }

  /// Does what time asks for. Complexity: O(1) before `nextDeadline`.
  public mutating func poll(now: Instant) { neighbours.advance(to: now) }

  /// Writes the next ARP request that is due. Traps when `frame` has less than 42 bytes.
  ///
  /// Requests for one host are at least a second apart, and three at most until it answers.
  ///
  /// - Returns: the frame's length, 0 when there is none.
  public mutating func writeRequest(into frame: inout MutableRawSpan, now: Instant) -> Int {
    guard let (target, destination) = neighbours.takeRequest(now: now) else { return 0 }
    EthernetHeader.write(
      destination: destination, source: configuration.hardware, type: EthernetHeader.arp, into: &frame)
    ARPPacket.write(
      .request, senderHardware: configuration.hardware, senderAddress: configuration.address,
      targetHardware: .zero, targetAddress: target, into: &frame, at: EthernetHeader.byteCount)
    counters.requestsSent &+= 1
    return EthernetHeader.byteCount + ARPPacket.byteCount
  }
}
