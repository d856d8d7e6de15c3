import Timing
import Wire

// Address resolution: what is believed, and what is answered.
extension NetworkStack {
  /// Believed are requests addressed to us (RFC 826), answers to our own requests, and announcements (RFC 5227, 3)
  /// of hosts we know already; nothing else changes the table, and nobody can claim our own address.
  mutating func receiveARP(_ bytes: RawSpan, isForUs: Bool, now: Instant) -> ReceiveAction {
    guard let packet = try? ARPPacket(checking: bytes) else { return drop(.arpMalformed) }
    let (sender, station) = (packet.senderAddress, packet.senderHardware)
    let (target, operation) = (packet.targetAddress, packet.operation)
    guard isOther(station) else { return drop(.arpInvalidSender) }
    guard sender != configuration.address else { return drop(.arpAddressConflict) }
    // A probe (RFC 5227, 2.1.1) asks without telling an address yet; it is answered, and tells us nothing.
    let isProbe = sender == .zero && operation == .request
    guard isProbe || configuration.isPeer(sender) && configuration.isOnLink(sender) else {
      return drop(.arpInvalidSender)
    }
    if sender == target {
      return neighbours.announce(sender, station, now: now) ? resolved() : drop(.arpNotForThisHost)
    }
    guard target == configuration.address else { return drop(.arpNotForThisHost) }
    switch operation {
    case .request:
      if !isProbe { _ = neighbours.learn(sender, station, now: now) }
      counters.replies &+= 1
      return .reply(.addressResolution)
    case .reply:
      guard isForUs, neighbours.answer(sender, station, now: now) else { return drop(.arpUnsolicitedReply) }
      return resolved()
    }
  }

  private mutating func resolved() -> ReceiveAction {
    counters.resolutions &+= 1
    return .none
  }
}
