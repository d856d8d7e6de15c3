/// A network device as the layers above see it: a stream of owned frames in, and one of owned frames out.
///
/// Whoever takes a frame owns it until it is recycled or transmitted. Nothing blocks: a device that has nothing,
/// or no room, says so.
public protocol FramePort: ~Copyable {
  /// The next frame received, in order of arrival; nothing when there is none now.
  mutating func receive() -> Frame?

  /// Gives a frame's buffer back unsent, to receive with.
  mutating func recycle(_ frame: consuming Frame)

  /// An empty frame with a place in the transmit queue; nothing when that is full, and then the sender keeps
  /// what it wanted to send and tries again in a later turn.
  mutating func frameForTransmission() -> Frame?

  /// Queues a frame (one from `frameForTransmission`, or a received one, sent on in place of its recycling when
  /// `canTransmit` says so).
  mutating func transmit(_ frame: consuming Frame)

  /// Whether `transmit` has a place for one more frame.
  var canTransmit: Bool { mutating get }

  /// Asks for an interrupt when a frame arrives. True when one is there already: then receive it first, and ask again.
  mutating func armReceiveInterrupt() -> Bool

  /// Asks for an interrupt when a place to transmit becomes free. True when there is one already.
  mutating func armTransmitInterrupt() -> Bool

  /// Tells the device of all frames recycled and transmitted since the last flush: at most one doorbell a queue.
  mutating func flush()
}
