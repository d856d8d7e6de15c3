public import Buffers
public import Streams
public import Timing

/// When to look at the device again.
extension NetworkDevice where Transport: ~Copyable {
  /// Asks for an interrupt when a frame arrives; whether one is there already: then receive first and arm again.
  public mutating func armReceiveInterrupt() -> Bool { receiveQueue.armInterrupt() }

  /// Asks for an interrupt when a transmission is completed; whether there is a place already.
  ///
  /// Only for someone who waits for a place: it costs an interrupt.
  public mutating func armTransmitInterrupt() -> Bool { canTransmit || transmitQueue.armInterrupt() }

  /// To be called after the device's configuration interrupt: notes the state of the link, and resets a device
  /// that asks for it (Virtio 1.2, 2.1.2 and 5.1.4). A few register accesses.
  public mutating func handleConfigurationChange() {
    guard isUsable else { return }
    if transport.status.contains(.needsReset) { return recover() }
    isLinkUp = NetworkConfiguration.isLinkUp(transport, features: configuration.features)
  }
}

/// The frames received, as a stream; a pending answer has armed the receive interrupt.
extension NetworkDevice: Stream where Transport: ~Copyable {
  public mutating func poll(at now: Instant) -> Poll<Frame, Never> {
    repeat {
      if let frame = receive() { return .ready(frame) }
    } while armReceiveInterrupt()
    return .pending
  }
}
