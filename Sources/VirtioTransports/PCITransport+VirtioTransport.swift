import Machine
public import Virtio

extension PCITransport: VirtioTransport {
  public var status: DeviceStatus { DeviceStatus(rawValue: common.deviceStatus.load()) }

  public mutating func write(_ status: DeviceStatus) {
    common.deviceStatus.store(status.rawValue)
    // The device has forgotten which interrupt its configuration raises.
    if status == .acknowledge { common.configurationVector.store(UInt16(Self.configurationEntry)) }
  }

  public var offeredFeatures: VirtioFeatures {
    common.deviceFeatureSelect.store(0)
    let low = UInt64(common.deviceFeature.load())
    common.deviceFeatureSelect.store(1)
    return VirtioFeatures(rawValue: low | UInt64(common.deviceFeature.load()) << 32)
  }

  public mutating func write(_ features: VirtioFeatures) {
    common.driverFeatureSelect.store(0)
    common.driverFeature.store(UInt32(truncatingIfNeeded: features.rawValue))
    common.driverFeatureSelect.store(1)
    common.driverFeature.store(UInt32(truncatingIfNeeded: features.rawValue >> 32))
  }

  public func sizeLimit(ofQueue queue: Int) -> UInt32 {
    common.queueSelect.store(UInt16(queue))
    return UInt32(common.queueSize.load())
  }

  public mutating func enable(queue: Int, at layout: QueueLayout) throws(VirtioError) {
    guard common.configurationVector.load() != Self.noVector else { throw .interruptRefused }
    common.queueSelect.store(UInt16(queue))
    common.queueSize.store(layout.size)
    common.queueVector.store(UInt16(entry(ofQueue: queue)))
    guard common.queueVector.load() != Self.noVector else { throw .interruptRefused }
    let doorbell = try doorbell(ofQueue: queue)
    if queue < Self.queueLimit { doorbells[queue] = doorbell.address }
    common.queueDescriptor.store(layout.descriptorAddress)
    common.queueDriver.store(layout.driverAddress)
    common.queueDevice.store(layout.deviceAddress)
    common.queueEnable.store(1)
  }

  public func doorbell(ofQueue queue: Int) throws(VirtioError) -> PCIDoorbell {
    common.queueSelect.store(UInt16(queue))
    guard let address = capabilities.doorbell(offset: common.queueNotifyOffset.load()) else {
      throw .capabilityMissing
    }
    return PCIDoorbell(address: address, queue: UInt16(queue))
  }

  public func hasOwnInterrupt(ofQueue queue: Int) -> Bool {
    queue < Self.queueLimit && queue + 1 < interrupts.entryCount
  }

  /// For the first `queueLimit` queues.
  @inline(__always)
  public mutating func notify(queue: Int) {
    // SAFETY: `enable` has checked the doorbell to lie inside the notification structure.
    unsafe Register<UInt16>(address: doorbells[queue]).store(UInt16(truncatingIfNeeded: queue))
  }

  public var configurationGeneration: UInt32 { UInt32(common.configurationGeneration.load()) }

  public func configurationByte(at offset: Int) -> UInt8 {
    guard let address = capabilities.device?.register(at: UInt(offset), width: 1) else { return 0 }
    // SAFETY: just checked to lie inside the device configuration; so below.
    return unsafe Register<UInt8>(address: address).load()
  }

  public func configurationHalf(at offset: Int) -> UInt16 {
    guard let address = capabilities.device?.register(at: UInt(offset), width: 2) else { return 0 }
    return unsafe Register<UInt16>(address: address).load()
  }

  public func configurationWord(at offset: Int) -> UInt32 {
    guard let address = capabilities.device?.register(at: UInt(offset), width: 4) else { return 0 }
    return unsafe Register<UInt32>(address: address).load()
  }

  /// Messages say by their vector why they came: there is nothing to ask, and nothing to end.
  public mutating func acknowledgeInterrupt() -> InterruptCauses { .any }

  public mutating func isolate() { Self.setCommand(of: function, set: 0, clear: 0b100) }
}

/// The doorbell of one queue (Virtio 1.2, 4.1.5.2).
public struct PCIDoorbell: VirtioDoorbell {
  let address: UInt
  let queue: UInt16

  @inline(__always)
  public func ring() {
    // SAFETY: the address was checked to lie inside the notification structure when this was made.
    unsafe Register<UInt16>(address: address).store(queue)
  }
}
