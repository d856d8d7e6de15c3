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
}

// Messages the engine knows to be allowed, each by its own name: `send` with a constant message does the same, but
// the compiler gives up on inlining all of it many times over. They trap when the message is not allowed.
extension OrderProcess {
  @inline(__always)
  mutating func request(id: UInt32, price: Price, size: UInt32, side: Side) {
    advance { state throws(OrderError) in try state.requested(id: id, price: price, size: size, side: side) }
  }

  @inline(__always) mutating func acknowledge() {
    advance { state throws(OrderError) in try state.acknowledged() }
  }

  @inline(__always) mutating func execute(_ size: UInt32) {
    advance { state throws(OrderError) in try state.executed(size) }
  }

  @inline(__always) mutating func cancelByVenue() {
    advance { state throws(OrderError) in try state.canceledByVenue() }
  }

  @inline(__always)
  private mutating func advance(_ transition: (OrderState) throws(OrderError) -> OrderState) {
    do throws(OrderError) {
      state = try transition(state)
    } catch {
      preconditionFailure("order message not allowed in this state")
    }
  }
}

extension OrderProcess: RestartableProcess {
  /// An order nobody has asked for yet.
  @inline(__always) public mutating func restart() { self = OrderProcess() }
}
