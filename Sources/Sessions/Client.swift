import Wire

/// What is kept of one client beside its messages.
struct Client: BitwiseCopyable {
  enum Standing: UInt8 {
    /// The place is free.
    case absent
    /// Known, but given up when a new name needs its place.
    case provisional
    /// Known for good.
    case remembered
  }

  var name = ClientName(head: 0, tail: 0)
  var standing = Standing.absent
  /// Where it spoke from last.
  var endpoint = UDPEndpoint.none
  var stream = OutboundStream()
  /// The how-manieth client it was to be admitted.
  var admission: UInt64 = 0
}
