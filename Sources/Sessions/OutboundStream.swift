/// The cursors of one client's outbound messages, numbered from 1; the messages lie in a ring of the last few.
///
///     1 ....... oldestKept ....... sentThrough ....... appendedThrough
///     overwritten | kept, sent     | kept, to be sent   | not yet written
struct OutboundStream: BitwiseCopyable {
  /// The number of the last message; 0 before the first.
  var appendedThrough: UInt64 = 0
  /// The number of the last message sent live, or given up.
  var sentThrough: UInt64 = 0

  /// The number of the oldest message still in a ring of `ringCount`; 1 before the first.
  @inline(__always)
  func oldestKept(ringCount: UInt64) -> UInt64 {
    appendedThrough > ringCount ? appendedThrough &- ringCount &+ 1 : 1
  }
}
