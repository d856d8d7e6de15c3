import Firmware
import Machine
import Virtio

/// The registers in the sense of `VirtioTransport`.
extension MMIOTransport {
  var status: DeviceStatus { DeviceStatus(rawValue: UInt8(truncatingIfNeeded: register(0x70).load())) }

  func write(_ status: DeviceStatus) { register(0x70).store(UInt32(status.rawValue)) }

  var offeredFeatures: VirtioFeatures {
    register(0x14).store(0)
    let low = UInt64(register(0x10).load())
    register(0x14).store(1)
    return VirtioFeatures(rawValue: low | UInt64(register(0x10).load()) << 32)
  }

  func write(_ features: VirtioFeatures) {
    register(0x24).store(0)
    register(0x20).store(UInt32(truncatingIfNeeded: features.rawValue))
    register(0x24).store(1)
    register(0x20).store(UInt32(truncatingIfNeeded: features.rawValue >> 32))
  }

  func sizeLimit(ofQueue queue: Int) -> UInt32 {
    register(0x30).store(UInt32(queue))
    return register(0x34).load()
  }

  /// - Returns: the queue's doorbell.
  func enable(queue: Int, at layout: QueueLayout) throws(VirtioError) -> DeviceDoorbell {
    register(0x30).store(UInt32(queue))
    guard register(0x44).load() == 0 else { throw .queueUnavailable }
    register(0x38).store(UInt32(layout.size))
    store(layout.descriptorAddress, at: 0x80)
    store(layout.driverAddress, at: 0x90)
    store(layout.deviceAddress, at: 0xA0)
    register(0x44).store(1)
    return doorbell(ofQueue: queue)
  }

  func doorbell(ofQueue queue: Int) -> DeviceDoorbell {
    DeviceDoorbell(address: UInt(slot.address) + 0x50, queue: UInt32(queue), isWide: true)
  }

  var configurationGeneration: UInt32 { register(0xFC).load() }

  func configurationByte(at offset: Int) -> UInt8 {
    guard let address = configuration(offset, width: 1) else { return 0 }
    // SAFETY: just checked to lie inside the slot; so below.
    return unsafe Register<UInt8>(address: address).load()
  }

  func configurationHalf(at offset: Int) -> UInt16 {
    guard let address = configuration(offset, width: 2) else { return 0 }
    return unsafe Register<UInt16>(address: address).load()
  }

  func configurationWord(at offset: Int) -> UInt32 {
    guard let address = configuration(offset, width: 4) else { return 0 }
    return unsafe Register<UInt32>(address: address).load()
  }

  private func configuration(_ offset: Int, width: UInt) -> UInt? {
    let start: UInt = 0x100
    guard offset >= 0, UInt(offset) + width <= UInt(slot.byteCount) - start else { return nil }
    return UInt(slot.address) + start + UInt(offset)
  }

  private func store(_ address: UInt64, at offset: UInt) {
    register(offset).store(UInt32(truncatingIfNeeded: address))
    register(offset + 4).store(UInt32(truncatingIfNeeded: address >> 32))
  }
}
