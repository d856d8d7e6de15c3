import Buffers

/// Bringing the device up, again if need be (Virtio 1.2, 3.1.1 and 5.2.5), and requests that end without it.
extension BlockDevice where Transport: ~Copyable {
  /// Agrees with the device on features.
  static func negotiate(_ transport: inout Transport) throws(VirtioError) -> BlockConfiguration {
    do throws(VirtioError) {
      let offered = try transport.begin()
      let configuration = try BlockConfiguration(transport, offered: offered)
      try transport.agree(on: configuration.features)
      return configuration
    } catch {
      transport.giveUp()
      throw error
    }
  }

  /// Sets up the queue and starts the device, after `negotiate`.
  static func start(
    _ transport: inout Transport, _ queue: inout Virtqueue<BlockRequest>, _ features: VirtioFeatures,
    _ firstRingIndex: UInt16
  ) throws(VirtioError) {
    queue.restart(usesEventIndex: features.contains(.eventIndex), startingAt: firstRingIndex)
    do throws(VirtioError) {
      try transport.enable(queue)
    } catch {
      transport.giveUp()
      throw error
    }
    transport.finish()
  }

  /// Resets the device and fails everything in flight; gives the device up when it does not come back, or not as
  /// the disk it was.
  ///
  /// Memory is handed back only once the device can no longer use it.
  mutating func recover() {
    guard isUsable else { return }
    if queue.isBroken { counters.brokenRings &+= 1 }
    if counters.completions != completedAtRecovery { recoveriesInARow = 0 }
    completedAtRecovery = counters.completions
    recoveriesInARow += 1
    do throws(VirtioError) {
      try transport.reset()
      failAllInFlight()
      guard recoveriesInARow <= Self.recoveryLimit else { return abandon() }
      let found = try Self.negotiate(&transport)
      guard isSameDisk(found) else { return abandon() }
      configuration = found
      try Self.start(&transport, &queue, found.features, firstRingIndex)
      counters.resets &+= 1
    } catch {
      abandon()
    }
  }

  /// A disk that lost sectors, writes or flushes with the reset is another one to those who use it.
  private func isSameDisk(_ found: BlockConfiguration) -> Bool {
    found.sectorCount >= configuration.sectorCount
      && found.requestSectorCount >= configuration.requestSectorCount
      && found.features.contains(.blockFlush) == canFlush
      && found.features.contains(.blockReadOnly) == isReadOnly
  }

  private mutating func abandon() {
    isUsable = false
    transport.giveUp()
    transport.isolate()
    failAllInFlight()
  }

  private mutating func failAllInFlight() {
    for slot in 0..<queue.slotCount {
      if let request = queue.abandon(slot: slot) { completeLocally(request, .failed) }
    }
  }

  /// Completes a request without the device. There is room: requests in flight and completed locally together are
  /// at most as many as the queue takes.
  mutating func completeLocally(_ request: consuming BlockRequest, _ status: BlockCompletion.Status) {
    local[(localHead + localCount) % local.count] = LocalCompletion(request: request, status: status)
    localCount += 1
  }

  mutating func localCompletion() -> BlockCompletion? {
    guard localCount > 0, let completion = local[localHead].take() else { return nil }
    localHead = (localHead + 1) % local.count
    localCount -= 1
    if completion.status == .failed { counters.failures &+= 1 }
    return BlockCompletion(request: completion.request, status: completion.status)
  }
}
