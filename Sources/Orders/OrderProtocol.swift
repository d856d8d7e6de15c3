/// The seven messages an order can get. Which of them is whose on the wire: reference `orders.md`, 2.1.
public enum OrderProtocol: Equatable, Sendable, BitwiseCopyable {
  /// The client asks for a new order.
  case request(id: UInt32, price: Price, size: UInt32, side: Side)
  /// `size` shares were traded.
  case execute(size: UInt32)
  /// The pending request is refused.
  case reject
  /// The venue cancels what is left.
  case unsolicitedCancel
  /// The client asks that the order be no larger than `size` in all, executed shares included; 0 cancels it.
  case cancel(size: UInt32)
  /// The pending request is granted.
  case ack
  /// The client asks for other terms; `size` is the new total, executed shares included.
  case replace(id: UInt32, price: Price, size: UInt32)
}

/// Why an order did not move. Its state is what it was.
public enum OrderError: Error {
  /// There is no such order.
  case unknown
  /// The order exists already.
  case duplicate
  /// There is nothing to grant.
  case unexpectedAck
  /// There is nothing to refuse.
  case unexpectedReject
  /// An execution came before the order was acknowledged.
  case notAcknowledged
  /// Another request is not answered yet.
  case pending
  /// The cancel asks for no less than the order has.
  case superfluous
  /// A size of zero, or above the largest.
  case size
  /// Not a limit price.
  case price
  /// More was executed than was left.
  case overfill
  /// The order is over: the client's request comes too late.
  case tooLate
  /// The order is over: the venue must not touch it.
  case terminal
}
