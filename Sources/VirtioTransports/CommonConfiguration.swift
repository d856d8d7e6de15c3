import Machine
import Virtio

/// The registers of the common configuration structure (Virtio 1.2, 4.1.4.3).
///
/// Unsafe code: all of them lie in the structure's first 56 bytes, which its region is known to have.
struct CommonConfiguration {
  let deviceFeatureSelect: Register<UInt32>
  let deviceFeature: Register<UInt32>
  let driverFeatureSelect: Register<UInt32>
  let driverFeature: Register<UInt32>
  let configurationVector: Register<UInt16>
  let deviceStatus: Register<UInt8>
  let configurationGeneration: Register<UInt8>
  let queueSelect: Register<UInt16>
  let queueSize: Register<UInt16>
  let queueVector: Register<UInt16>
  let queueEnable: Register<UInt16>
  let queueNotifyOffset: Register<UInt16>
  let queueDescriptor: WideRegister
  let queueDriver: WideRegister
  let queueDevice: WideRegister

  init(_ region: PCIRegion) {
    let base = region.address
    // SAFETY: the region has 56 bytes at least and is aligned to 4.
    unsafe deviceFeatureSelect = Register(address: base)
    unsafe deviceFeature = Register(address: base + 0x04)
    unsafe driverFeatureSelect = Register(address: base + 0x08)
    unsafe driverFeature = Register(address: base + 0x0C)
    unsafe configurationVector = Register(address: base + 0x10)
    unsafe deviceStatus = Register(address: base + 0x14)
    unsafe configurationGeneration = Register(address: base + 0x15)
    unsafe queueSelect = Register(address: base + 0x16)
    unsafe queueSize = Register(address: base + 0x18)
    unsafe queueVector = Register(address: base + 0x1A)
    unsafe queueEnable = Register(address: base + 0x1C)
    unsafe queueNotifyOffset = Register(address: base + 0x1E)
    unsafe queueDescriptor = WideRegister(address: base + 0x20)
    unsafe queueDriver = WideRegister(address: base + 0x28)
    unsafe queueDevice = WideRegister(address: base + 0x30)
  }
}

/// A 64-bit field, written as two 32-bit ones as the specification asks for (Virtio 1.2, 4.1.3.1).
struct WideRegister {
  let low: Register<UInt32>
  let high: Register<UInt32>

  @unsafe init(address: UInt) {
    // SAFETY: the caller vouches for eight bytes.
    unsafe low = Register(address: address)
    unsafe high = Register(address: address + 4)
  }

  func store(_ value: UInt64) {
    low.store(UInt32(truncatingIfNeeded: value))
    high.store(UInt32(truncatingIfNeeded: value >> 32))
  }
}
