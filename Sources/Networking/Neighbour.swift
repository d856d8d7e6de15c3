import Timing
import Wire

/// What is known of one host on the link, as RFC 826 and the neighbour states of RFC 4861, 7.3.2 have it.
///
///                 resolve                reply                 lifetime over, nobody sends to it
///     (not there) -------> incomplete ----------> reachable ------------------------> stale
///          ^                  |  retries over      ^   | lifetime over, wanted          | resolve
///          | hold-down over   v                    |   v                                v
///          +--------------- failed           reply +-- probing <-----------------------+
///          ^                                            | retries over
///          +--------------------------------------------+
struct Neighbour: BitwiseCopyable {
  enum State: UInt8 {
    /// The place in the table is free.
    case absent
    /// Asked for; its station is not known yet.
    case incomplete
    /// Heard of within the lifetime.
    case reachable
    /// Not heard of for a lifetime, and not sent to.
    case stale
    /// Not heard of for a lifetime; asked for again, used meanwhile.
    case probing
    /// Did not answer; not asked again before the deadline.
    case failed
  }

  var address = IPv4Address.zero
  var state = State.absent
  /// Whether a route to it was asked for: then it is kept up to date, and not given up for a mere passer-by.
  var isWanted = false
  /// Whether a request should go out as soon as there is a frame.
  var requestIsDue = false
  /// How many requests may still be sent before it counts as gone.
  var requestsLeft: UInt8 = 0
  var hardware = MACAddress.zero
  /// When the state changes by itself, or the next request is due.
  var deadline = Instant.never
  /// When it was last heard of, or asked for first.
  var touched = Instant.zero

  /// Whether frames can be sent to it.
  var isUsable: Bool { state == .reachable || state == .stale || state == .probing }

  /// Starts asking for it: requests go out until one is answered or `requestLimit` were not.
  mutating func ask(_ next: State, now: Instant) {
    state = next
    requestsLeft = NeighbourTable.requestLimit
    requestIsDue = true
    deadline = now
  }

  /// It was heard of.
  mutating func confirm(_ hardware: MACAddress, now: Instant) {
    self.hardware = hardware
    state = .reachable
    requestIsDue = false
    touched = now
    deadline = now + NeighbourTable.lifetime
  }
}
