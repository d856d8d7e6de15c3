public import Streams

/// One order's state machine: pure, the same for every protocol in front of it.
///
/// The transitions are the table of reference `orders.md`, 2.2. Where the sources disagree, the core takes the
/// side that loses nothing, and the port decides what to tell its client:
/// - A replace to less than was executed leaves the order `filled` with its size cut to that (FIX C.3.c); OUCH
///   says Replaced, dead.
/// - Requests for an unknown or finished order fail with `unknown` or `tooLate`; OUCH says nothing, FIX rejects.
/// - A replace with impossible terms fails with `size` or `price`; OUCH then cancels the order.
/// - A cancel that only reduces (OUCH's intended size) is done at once, without a pending state, and keeps the
///   order's priority. Before the acknowledgement it reduces what is asked for.
/// - `ack` and `reject` answer the latest request. An order canceled before it was acknowledged is over with that
///   one answer (FIX B.1.d); if its cancel is refused, it is `pendingNew` again.
/// - An order filled while its cancel is pending can only have that refused (FIX B.1.c): `ack` and
///   `unsolicitedCancel` fail. Filled while a replace is pending, the replace can still revive it.
public struct OrderProcess: Process, Sendable, BitwiseCopyable {
  public private(set) var state: OrderState

  /// An order nobody has asked for yet.
  @inline(__always) public init() { state = .none }

  /// Takes up an order where it was left.
  @inline(__always) public init(_ state: OrderState) { self.state = state }

  @inline(__always)
  public mutating func send(_ message: OrderProtocol) -> Result<OrderState, OrderError> {
    do throws(OrderError) {
      state = try state.following(message)
      return .success(state)
    } catch {
      return .failure(error)
    }
  }

  /// Applies a message that the caller knows to be allowed now; traps otherwise.
  @inline(__always) mutating func advance(_ message: OrderProtocol) {
    guard case .success = send(message) else {
      preconditionFailure("order message not allowed in this state")
    }
  }
}
