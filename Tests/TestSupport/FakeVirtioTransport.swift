public import Virtio

/// The way to a fake device.
public struct FakeVirtioTransport: VirtioTransport, ~Copyable {
  private let device: FakeVirtioDevice

  public init(_ device: FakeVirtioDevice) { self.device = device }

  public var deviceType: UInt32 { device.deviceType }
  public var status: DeviceStatus { device.readStatus() }
  public mutating func write(_ status: DeviceStatus) { device.write(status) }
  public var offeredFeatures: VirtioFeatures { device.offeredFeatures }
  public mutating func write(_ features: VirtioFeatures) { device.accept(features) }
  public func sizeLimit(ofQueue queue: Int) -> UInt32 {
    queue < device.sizeLimits.count ? device.sizeLimits[queue] : 0
  }
  public mutating func enable(queue: Int, at layout: QueueLayout) throws(VirtioError) {
    try device.enable(queue: queue, at: layout)
  }
  public func notify(queue: Int) { device.notify(queue: queue) }
  public var configurationGeneration: UInt32 { device.readGeneration() }
  public func configurationByte(at offset: Int) -> UInt8 {
    UInt8(device.readConfiguration(offset, byteCount: 1))
  }
  public func configurationHalf(at offset: Int) -> UInt16 {
    UInt16(device.readConfiguration(offset, byteCount: 2))
  }
  public func configurationWord(at offset: Int) -> UInt32 { device.readConfiguration(offset, byteCount: 4) }
  public mutating func acknowledgeInterrupt() -> InterruptCauses { .any }
  public mutating func isolate() { device.isolate() }
}
