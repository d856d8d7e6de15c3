public import Virtio

/// The way to a fake device.
public struct FakeVirtioTransport: VirtioTransport, ~Copyable {
  private let device: FakeVirtioDevice

  public init(_ device: FakeVirtioDevice) { self.device = device }

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
  public func doorbell(ofQueue queue: Int) throws(VirtioError) -> FakeVirtioDoorbell {
    FakeVirtioDoorbell(device: device, queue: queue)
  }
  public func hasOwnInterrupt(ofQueue queue: Int) -> Bool { queue < device.interruptCount }
  public func notify(queue: Int) { device.notify(queue: queue) }
  public var configurationGeneration: UInt32 { device.readGeneration() }
  public func configurationByte(at offset: Int) -> UInt8 {
    UInt8(device.readConfiguration(offset, byteCount: 1))
  }
  public func configurationHalf(at offset: Int) -> UInt16 {
    UInt16(device.readConfiguration(offset, byteCount: 2))
  }
  public func configurationWord(at offset: Int) -> UInt32 { device.readConfiguration(offset, byteCount: 4) }
  public mutating func isolate() { device.isolate() }
}

/// The doorbell of one queue of a fake device.
public struct FakeVirtioDoorbell: VirtioDoorbell {
  // The device counts doorbells under a lock; nothing else of it is used from here.
  private nonisolated(unsafe) let device: FakeVirtioDevice
  private let queue: Int

  init(device: FakeVirtioDevice, queue: Int) {
    unsafe self.device = device
    self.queue = queue
  }

  public func ring() { unsafe device.notify(queue: queue) }
}
