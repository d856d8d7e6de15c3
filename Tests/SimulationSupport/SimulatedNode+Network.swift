public import TestSupport
public import Timing

/// What tests do with a node's network again and again.
extension SimulatedNode where Inner: ~Copyable {
  /// Lets the node learn the hosts' stations.
  public func introduce(_ hosts: OuchHost...) {
    for host in hosts { link.deliver(host.arpRequest) }
    runUntilAsleep()
    precondition(link.takeSent().count == hosts.count, "a host's question was not answered")
  }

  /// Delivers frames, lets time pass, and gives back the packets that were sent meanwhile.
  public func packets(
    after duration: Timing.Duration = .milliseconds(2), delivering frames: [[UInt8]]
  ) -> [OuchPacket] {
    for frame in frames {
      link.deliver(frame)
      runUntilAsleep()
    }
    run(for: duration)
    return link.takeSent().compactMap { OuchPacket($0) }
  }

  /// What the node sends of a client's stream from `sequence` on, asked for until nothing more comes.
  public func stream(of name: String, from sequence: UInt64 = 1, to host: OuchHost) -> [[UInt8]] {
    var messages: [[UInt8]] = []
    while true {
      let next = sequence + UInt64(messages.count)
      let answers = packets(delivering: [host.request(name, from: next)])
      guard let answer = answers.first(where: { $0.name == name.padded && $0.sequence == next }),
        !answer.messages.isEmpty
      else { return messages }
      messages += answer.messages
    }
  }
}

extension String {
  /// As a session field has it.
  public var padded: String { self + String(repeating: " ", count: 10 - utf8.count) }
}
