import Buffers

/// What the network stack did since boot.
///
/// Every received frame ends as exactly one of `datagrams`, `replies`, `resolutions` or a drop.
public struct NetworkCounters: ~Copyable {
  public internal(set) var framesReceived: UInt64 = 0
  /// Datagrams given to the caller.
  public internal(set) var datagrams: UInt64 = 0
  /// Requests (ARP, ICMP echo) the caller was asked to have answered.
  public internal(set) var replies: UInt64 = 0
  /// ARP packets that told us something and need no answer.
  public internal(set) var resolutions: UInt64 = 0
  /// ARP requests of our own.
  public internal(set) var requestsSent: UInt64 = 0
  private var drops: Table<UInt64>

  init(in arena: inout Arena) throws(ArenaError) {
    drops = try Table(repeating: 0, count: DropReason.count, in: &arena)
  }

  /// How often something was dropped for `reason`.
  public subscript(reason: DropReason) -> UInt64 { drops[Int(reason.rawValue)] }

  /// How often something was dropped for the reason with this raw value; for printing all of them.
  public func dropCount(at index: Int) -> UInt64 { drops[index] }

  mutating func count(_ reason: DropReason) { drops[Int(reason.rawValue)] &+= 1 }
}
