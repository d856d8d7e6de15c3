import Machine
import Virtio

/// The registers in the sense of `VirtioTransport`.
extension PCITransport {
  var status: DeviceStatus { DeviceStatus(rawValue: common.deviceStatus.load()) }

  func write(_ status: DeviceStatus) {
    common.deviceStatus.store(status.rawValue)
    // The device has forgotten which interrupt its configuration raises.
    if status == .acknowledge { common.configurationVector.store(UInt16(Self.configurationEntry)) }
  }

  var offeredFeatures: VirtioFeatures {
    common.deviceFeatureSelect.store(0)
    let low = UInt64(common.deviceFeature.load())
    common.deviceFeatureSelect.store(1)
    return VirtioFeatures(rawValue: low | UInt64(common.deviceFeature.load()) << 32)
  }

  func write(_ features: VirtioFeatures) {
    common.driverFeatureSelect.store(0)
    common.driverFeature.store(UInt32(truncatingIfNeeded: features.rawValue))
    common.driverFeatureSelect.store(1)
    common.driverFeature.store(UInt32(truncatingIfNeeded: features.rawValue >> 32))
  }

  func sizeLimit(ofQueue queue: Int) -> UInt32 {
    common.queueSelect.store(UInt16(queue))
    return UInt32(common.queueSize.load())
  }

  /// - Returns: the queue's doorbell.
  func enable(queue: Int, at layout: QueueLayout) throws(VirtioError) -> DeviceDoorbell {
    guard common.configurationVector.load() != Self.noVector else { throw .interruptRefused }
    common.queueSelect.store(UInt16(queue))
    common.queueSize.store(layout.size)
    common.queueVector.store(UInt16(entry(ofQueue: queue)))
    guard common.queueVector.load() != Self.noVector else { throw .interruptRefused }
    let doorbell = try doorbell(ofQueue: queue)
    common.queueDescriptor.store(layout.descriptorAddress)
    common.queueDriver.store(layout.driverAddress)
    common.queueDevice.store(layout.deviceAddress)
    common.queueEnable.store(1)
    return doorbell
  }

  func doorbell(ofQueue queue: Int) throws(VirtioError) -> DeviceDoorbell {
    common.queueSelect.store(UInt16(queue))
    guard let address = capabilities.doorbell(offset: common.queueNotifyOffset.load()) else {
      throw .capabilityMissing
    }
    return DeviceDoorbell(address: address, queue: UInt32(queue), isWide: false)
  }

  func hasOwnInterrupt(ofQueue queue: Int) -> Bool {
    queue < DeviceTransport.queueLimit && queue + 1 < interrupts.entryCount
  }

  var configurationGeneration: UInt32 { UInt32(common.configurationGeneration.load()) }

  func configurationByte(at offset: Int) -> UInt8 {
    guard let address = capabilities.device?.register(at: UInt(offset), width: 1) else { return 0 }
    // SAFETY: just checked to lie inside the device configuration; so below.
    return unsafe Register<UInt8>(address: address).load()
  }

  func configurationHalf(at offset: Int) -> UInt16 {
    guard let address = capabilities.device?.register(at: UInt(offset), width: 2) else { return 0 }
    return unsafe Register<UInt16>(address: address).load()
  }

  func configurationWord(at offset: Int) -> UInt32 {
    guard let address = capabilities.device?.register(at: UInt(offset), width: 4) else { return 0 }
    return unsafe Register<UInt32>(address: address).load()
  }

  func isolate() { Self.setCommand(of: function, set: 0, clear: 0b100) }
}
