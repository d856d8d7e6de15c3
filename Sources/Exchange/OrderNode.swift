public import Buffers
public import Networking
import Sessions
import Wire

/// The order process as the single application of its machine: frames in, orders applied, made durable, answered.
///
/// It is two tasks of one reactor, handing work to each other directly: the network task reads frames and writes
/// answers, the journal task makes groups of inputs durable. An answer leaves when its input is durable, and not
/// before. Without a journal answers leave at the end of the turn that made them.
///
/// Where orders are applied is the engine's: here and at once, which is the fast delivery of one core, or on order cores;
/// then answers and journal entries follow when their completion is known.
///
/// Everything is bounded, and pressure goes back to the network: while a journal group is full, or too many messages are
/// under way, frames stay in the device.
public struct OrderNode<
  Frames: FramePort & ~Copyable, Journal: InputJournal & ~Copyable, Engine: VenueEngine & ~Copyable
>: ~Copyable {
  /// The port orders come to (UDP).
  public static var port: UInt16 { 26_400 }
  /// Messages taken in one poll, each in a datagram of its own; the last datagram may hold more. It bounds how long
  /// other tasks wait for this one, and how many answers gather before they are sent.
  static var messagesPerPoll: Int { 64 }

  public var frames: Frames
  public var network: NetworkStack
  public internal(set) var venue: OrderVenue<Engine>
  public internal(set) var counters = NodeCounters()
  /// What answers wait for.
  public internal(set) var journal: Journal
  let timeOfDay: TimeOfDay
  /// Answers that may gather before they can be sent: half as many as a client's stream keeps.
  let mostGathered: Int
  /// Messages of this poll that came with others in one datagram.
  var extraMessages = 0
  /// The datagram whose messages are taken no further until something under way is known.
  var held: HeldDatagram?
  /// The way to each client, as it was last found.
  var routes: Table<UDPRoute>

  /// Context: boot.
  public init(
    frames: consuming Frames, network: consuming NetworkStack, venue: consuming OrderVenue<Engine>,
    journal: consuming Journal, timeOfDay: TimeOfDay, in arena: inout Arena
  ) throws(ArenaError) {
    routes = try Table(repeating: .none, count: ClientLimits.clientCount, in: &arena)
    mostGathered = venue.answersKeptPerClient / 2
    self.frames = frames
    self.network = network
    self.venue = venue
    self.journal = journal
    self.timeOfDay = timeOfDay
  }
}
