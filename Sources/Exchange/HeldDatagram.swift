import Buffers
import Wire

/// A datagram of which a message has to wait for those under way, with its frame.
struct HeldDatagram: ~Copyable {
  let frame: Frame
  /// Where in the frame the payload lies.
  let payload: Range<Int>
  let source: UDPEndpoint
  /// Messages of it that were taken.
  let takenCount: Int

  /// The frame alone.
  consuming func release() -> Frame { frame }
}
