import Orders

// Messages as one line of text each.

extension OutboundReply {
  var text: String {
    switch self {
    case .accepted(let reply): reply.text
    case .replaced(let reply): reply.text
    case .canceled(let reply):
      "\(timeOfDay(reply.timestamp)) Canceled  order \(reply.userReference): \(reply.decrement) fewer, "
        + reply.reason.text
    case .executed(let reply):
      "\(timeOfDay(reply.timestamp)) Executed  order \(reply.userReference): \(reply.quantity) @ "
        + "\(reply.price.text), \(reply.liquidity == .added ? "added" : "removed") liquidity, "
        + "match \(reply.matchNumber)"
    case .rejected(let reply):
      "\(timeOfDay(reply.timestamp)) Rejected  order \(reply.userReference): \(reply.reason.text) "
        + "(\(reply.reason.code))"
    case .queryResponse(let reply):
      "\(timeOfDay(reply.timestamp)) Account   next reference \(reply.nextReference)"
    }
  }
}

extension OrderAccepted {
  fileprivate var text: String {
    "\(timeOfDay(timestamp)) Accepted  order \(userReference): \(side.text) \(quantity) \(symbol.text) @ "
      + "\(price.text) \(timeInForce.text), venue's number \(orderReference), "
      + (life == .live ? "live" : "done")
  }
}

extension OrderReplaced {
  fileprivate var text: String {
    "\(timeOfDay(timestamp)) Replaced  order \(originalReference) by \(userReference): \(side.text) \(quantity) "
      + "\(symbol.text) @ \(price.text) \(timeInForce.text), venue's number \(orderReference), "
      + (life == .live ? "live" : "done")
  }
}

extension InboundMessage {
  var text: String {
    switch self {
    case .enter(let order):
      "Enter     order \(order.userReference): \(order.side.text) \(order.quantity) \(order.symbol.text) @ "
        + "\(order.price.text) \(order.timeInForce.text), '\(order.clientOrderID.text)'"
    case .replace(let replace):
      "Replace   order \(replace.originalReference) by \(replace.userReference): \(replace.quantity) @ "
        + "\(replace.price.text) \(replace.timeInForce.text), '\(replace.clientOrderID.text)'"
    case .cancel(let cancel):
      cancel.quantity == 0
        ? "Cancel    order \(cancel.userReference)"
        : "Cancel    order \(cancel.userReference) down to \(cancel.quantity)"
    case .query: "Query"
    }
  }
}
