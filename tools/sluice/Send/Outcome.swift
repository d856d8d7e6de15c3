import Orders
import Sessions

/// What became of one message, as its answers tell it.
struct Outcome {
  let message: InboundMessage
  private(set) var isAnswered = false
  private(set) var isRejected = false

  init(of message: InboundMessage) { self.message = message }

  mutating func take(_ reply: OutboundReply) {
    switch (message, reply) {
    case (.enter(let order), .accepted(let reply)) where reply.userReference == order.userReference:
      isAnswered = true
    case (.replace(let replace), .replaced(let reply)) where reply.userReference == replace.userReference:
      isAnswered = true
    case (.cancel(let cancel), .canceled(let reply)) where reply.userReference == cancel.userReference:
      isAnswered = true
    case (.replace(let replace), .canceled(let reply)) where reply.userReference == replace.originalReference:
      // Terms that cannot be: the venue takes the order out.
      isAnswered = true
      isRejected = true
    case (.enter, .rejected(let reply)), (.replace, .rejected(let reply)):
      guard reply.userReference == newReference else { return }
      isAnswered = true
      isRejected = true
    case (.query, .queryResponse):
      isAnswered = true
    default: break
    }
  }

  private var newReference: UInt32? {
    switch message {
    case .enter(let order): order.userReference
    case .replace(let replace): replace.userReference
    case .cancel, .query: nil
    }
  }

  /// Why there was no answer, although the guest answered what came behind the message.
  var explanation: String {
    switch message {
    case .enter(let order):
      "the guest ignored the order: number \(order.userReference) is not above all that this client has used. "
        + "Leave --reference out to get the next one."
    case .replace(let replace):
      "the guest ignored the replace: order \(replace.originalReference) is not live, or number "
        + "\(replace.userReference) is not above all that this client has used."
    case .cancel(let cancel):
      "the guest ignored the cancel: order \(cancel.userReference) of this client is not live, or not above the "
        + "size to keep."
    case .query: "the guest did not answer the query."
    }
  }
}

extension ClientPacket {
  /// A message and, unless it is one itself, a query behind it.
  init(_ name: ClientName, _ message: InboundMessage) {
    self.init(name)
    switch message {
    case .enter(let order): append(order)
    case .replace(let replace): append(replace)
    case .cancel(let cancel): append(cancel)
    case .query: break
    }
    append(AccountQuery())
  }
}
