// The table of reference `orders.md`, 2.2: one function a message, every state listed in each.

extension OrderState {
  /// The state after `message`.
  @inline(__always)
  func following(_ message: OrderProtocol) throws(OrderError) -> OrderState {
    switch message {
    case .request(let id, let price, let size, let side):
      try requested(id: id, price: price, size: size, side: side)
    case .ack: try acknowledged()
    case .reject: try refused()
    case .execute(let size): try executed(size)
    case .cancel(let size): try canceling(to: size)
    case .replace(let id, let price, let size): try replacing(Terms(id: id, price: price, size: size))
    case .unsolicitedCancel: try canceledByVenue()
    }
  }

  @inline(__always)
  func requested(id: UInt32, price: Price, size: UInt32, side: Side) throws(OrderError) -> OrderState {
    switch status {
    case .none:
      let isPossible = OrderSize.isValid(size) && price.isLimit
      return OrderState(
        status: isPossible ? .pendingNew : .rejected, id: id, price: price, size: size, side: side,
        isAcknowledged: false)
    case .pendingNew, .new, .partial, .pendingCancel, .pendingReplace, .filled, .canceled, .rejected,
      .replaced:
      throw .duplicate
    }
  }

  @inline(__always)
  func acknowledged() throws(OrderError) -> OrderState {
    switch status {
    case .none: throw .unknown
    case .pendingNew: return with(.new, isAcknowledged: true)
    case .pendingCancel:
      guard leaves > 0 else { throw .unexpectedAck }
      return with(.canceled)
    case .pendingReplace: return replaced()
    case .new, .partial, .filled, .canceled, .rejected, .replaced: throw .unexpectedAck
    }
  }

  @inline(__always)
  func refused() throws(OrderError) -> OrderState {
    switch status {
    case .none: throw .unknown
    case .pendingNew: return with(.rejected)
    case .pendingCancel, .pendingReplace: return with(isAcknowledged ? liveStatus : .pendingNew)
    case .new, .partial, .filled, .canceled, .rejected, .replaced: throw .unexpectedReject
    }
  }

  @inline(__always)
  func executed(_ quantity: UInt32) throws(OrderError) -> OrderState {
    switch status {
    case .none: throw .unknown
    case .pendingNew: throw .notAcknowledged
    case .new, .partial:
      var next = try adding(quantity)
      next.status = next.liveStatus
      return next
    case .pendingCancel, .pendingReplace:
      guard isAcknowledged else { throw .notAcknowledged }
      return try adding(quantity)
    case .filled: throw .overfill
    case .canceled, .rejected, .replaced: throw .terminal
    }
  }

  @inline(__always)
  func canceling(to intended: UInt32) throws(OrderError) -> OrderState {
    switch status {
    case .none: throw .unknown
    case .pendingNew, .new, .partial:
      guard intended < size else { throw .superfluous }
      guard intended > executed else { return with(.pendingCancel) }
      var next = self
      next.size = intended
      return next
    case .pendingCancel, .pendingReplace: throw .pending
    case .filled, .canceled, .rejected, .replaced: throw .tooLate
    }
  }

  @inline(__always)
  func replacing(_ terms: Terms) throws(OrderError) -> OrderState {
    switch status {
    case .none: throw .unknown
    case .new, .partial:
      guard OrderSize.isValid(terms.size) else { throw .size }
      guard terms.price.isLimit else { throw .price }
      var next = with(.pendingReplace)
      next.requested = terms
      return next
    case .pendingNew, .pendingCancel, .pendingReplace: throw .pending
    case .filled, .canceled, .rejected, .replaced: throw .tooLate
    }
  }

  @inline(__always)
  func canceledByVenue() throws(OrderError) -> OrderState {
    switch status {
    case .none: throw .unknown
    case .pendingNew, .new, .partial: return with(.canceled)
    case .pendingCancel, .pendingReplace:
      guard leaves > 0 else { throw .tooLate }
      return with(.canceled)
    case .filled, .canceled, .rejected, .replaced: throw .terminal
    }
  }
}

extension OrderState {
  /// What a live order is called, by how much of it is executed.
  @inline(__always) private var liveStatus: OrderStatus {
    executed == 0 ? .new : executed < size ? .partial : .filled
  }

  @inline(__always) private func with(_ status: OrderStatus) -> OrderState {
    var next = self
    next.status = status
    return next
  }

  @inline(__always) private func with(_ status: OrderStatus, isAcknowledged: Bool) -> OrderState {
    var next = with(status)
    next.isAcknowledged = isAcknowledged
    return next
  }

  @inline(__always) private func adding(_ quantity: UInt32) throws(OrderError) -> OrderState {
    guard quantity > 0 else { throw .size }
    guard quantity <= size &- executed else { throw .overfill }
    var next = self
    next.executed &+= quantity
    return next
  }

  @inline(__always) private func replaced() -> OrderState {
    var next = OrderState(
      status: .new, id: requested.id, price: requested.price, size: max(requested.size, executed), side: side,
      executed: executed)
    next.status = next.liveStatus
    return next
  }
}
