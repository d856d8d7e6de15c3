/// The steps of bringing a device up that are the same for all devices and transports (Virtio 1.2, 3.1.1).
extension VirtioTransport where Self: ~Copyable {
  /// How often the status is read while a reset is waited for. A read of a device register takes 100 ns at least,
  /// so this is more than 10 ms everywhere; a device of QEMU is ready at the first.
  package static var resetPollLimit: Int { 100_000 }
  /// How often a configuration that changes while it is read is read again.
  package static var configurationReadLimit: Int { 100 }

  /// Resets the device and waits until it has forgotten everything it was told.
  mutating func reset() throws(VirtioError) {
    write(DeviceStatus.reset)
    for _ in 0..<Self.resetPollLimit where status == .reset { return }
    throw .resetTimedOut
  }

  /// Resets the device, makes the driver known, and says what the device offers.
  mutating func begin() throws(VirtioError) -> VirtioFeatures {
    try reset()
    write(DeviceStatus.acknowledge)
    write(DeviceStatus.acknowledge | .driver)
    let offered = offeredFeatures
    guard offered.contains(.version1) else { throw .legacyDevice }
    return offered
  }

  /// Accepts `features`, a part of those offered, and hears whether the device can live with that.
  mutating func agree(on features: VirtioFeatures) throws(VirtioError) {
    write(features)
    write(DeviceStatus.acknowledge | .driver | .featuresOK)
    guard status.contains(.featuresOK) else { throw .featuresRefused }
  }

  /// Lets the device use its queues. No doorbell may be rung before.
  mutating func finish() {
    write(DeviceStatus.acknowledge | .driver | .featuresOK | .driverOK)
  }

  /// Gives up on the device.
  mutating func giveUp() {
    write(DeviceStatus.acknowledge | .driver | .failed)
  }

  /// The size to use for `queue`: what the device allows, but not more than `limit`, a power of two.
  func usableSize(ofQueue queue: Int, limit: UInt16) throws(VirtioError) -> UInt16 {
    precondition(limit > 0 && limit <= 32_768 && limit & (limit - 1) == 0, "a queue's size is a power of two")
    let offered = sizeLimit(ofQueue: queue)
    guard offered != 0 else { throw .queueUnavailable }
    guard offered <= 32_768, offered & (offered - 1) == 0 else { throw .queueSizeInvalid }
    return min(UInt16(offered), limit)
  }

  /// Tells the device where `queue` lies. A device that was reset must still allow the queue's size.
  mutating func enable<Payload: ~Copyable>(_ queue: borrowing Virtqueue<Payload>) throws(VirtioError) {
    let layout = queue.ring.layout
    guard try usableSize(ofQueue: queue.number, limit: layout.size) == layout.size else {
      throw .queueSizeInvalid
    }
    try enable(queue: queue.number, at: layout)
  }

  /// Reads several configuration fields that belong together (Virtio 1.2, 2.5.1).
  func stableConfiguration<Value>(
    _ read: (borrowing Self) -> Value
  ) throws(VirtioError) -> Value {
    for _ in 0..<Self.configurationReadLimit {
      let before = configurationGeneration
      let value = read(self)
      if configurationGeneration == before { return value }
    }
    throw .configurationUnstable
  }
}
