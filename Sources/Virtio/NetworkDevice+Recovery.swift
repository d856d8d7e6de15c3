import Buffers

/// Bringing the device up, again if need be (Virtio 1.2, 3.1.1 and 5.1.5).
extension NetworkDevice where Transport: ~Copyable {
  /// Agrees with the device on features.
  static func negotiate(
    _ transport: inout Transport, wantsPairs: Bool = false
  ) throws(VirtioError) -> NetworkConfiguration {
    do throws(VirtioError) {
      let offered = try transport.begin()
      let configuration = try NetworkConfiguration(transport, offered: offered, wantsPairs: wantsPairs)
      try transport.agree(on: configuration.features)
      return configuration
    } catch {
      transport.giveUp()
      throw error
    }
  }

  /// Sets up both queues and starts the device, after `negotiate`.
  static func start(
    _ transport: inout Transport, _ receiveQueue: inout Virtqueue<Frame>,
    _ transmitQueue: inout Virtqueue<Frame>, _ features: VirtioFeatures, _ firstRingIndex: UInt16
  ) throws(VirtioError) {
    let usesEventIndex = features.contains(.eventIndex)
    receiveQueue.restart(usesEventIndex: usesEventIndex, startingAt: firstRingIndex)
    transmitQueue.restart(usesEventIndex: usesEventIndex, startingAt: firstRingIndex)
    do throws(VirtioError) {
      try transport.enable(receiveQueue)
      try transport.enable(transmitQueue)
    } catch {
      transport.giveUp()
      throw error
    }
    transport.finish()
  }

  /// Gives a device that was just started the frames to receive into.
  mutating func begin() {
    isLinkUp = NetworkConfiguration.isLinkUp(transport, features: configuration.features)
    flush()
  }

  /// Resets a device that broke a rule or asked for it, and brings it up again; gives it up when that fails, or when
  /// other cores use queues of it: they would all have to stop first.
  ///
  /// What was to be transmitted is lost, as on any network; frames come back to the pool only once the device
  /// can no longer write to them.
  mutating func recover() {
    guard isUsable else { return }
    if receiveQueue.isBroken || transmitQueue.isBroken { counters.brokenRings &+= 1 }
    if counters.receivedFrames != receivedAtRecovery { recoveriesInARow = 0 }
    receivedAtRecovery = counters.receivedFrames
    recoveriesInARow += 1
    guard isRestartable else { return abandon() }
    do throws(VirtioError) {
      try transport.reset()
    } catch {
      return abandon()
    }
    takeBackAllFrames()
    guard recoveriesInARow <= Self.recoveryLimit else { return abandon() }
    do throws(VirtioError) {
      configuration = try Self.negotiate(&transport)
      longestFrame = UInt(configuration.maximumFrameByteCount)
      try Self.start(&transport, &receiveQueue, &transmitQueue, configuration.features, firstRingIndex)
      begin()
      counters.resets &+= 1
    } catch {
      abandon()
    }
  }

  /// Gives the device up.
  mutating func abandon() {
    guard isUsable else { return }
    isUsable = false
    isLinkUp = false
    transport.giveUp()
    transport.isolate()
    takeBackAllFrames()
  }

  private mutating func takeBackAllFrames() {
    for slot in 0..<receiveQueue.slotCount {
      if let frame = receiveQueue.abandon(slot: slot) { pool.give(frame) }
    }
    for slot in 0..<transmitQueue.slotCount {
      if let frame = transmitQueue.abandon(slot: slot) { pool.give(frame) }
    }
  }
}
