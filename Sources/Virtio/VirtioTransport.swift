/// How a virtio device is reached: its registers, whatever bus they lie on (Virtio 1.2, 4.1 PCI, 4.2 MMIO).
///
/// Everything has one type for all transports, so that one image can choose among them at run time. A transport
/// decides by itself which interrupt a queue raises.
public protocol VirtioTransport: ~Copyable {
  associatedtype Doorbell: VirtioDoorbell

  /// The device's status now. A register access.
  var status: DeviceStatus { get }
  /// Sets the status; all bits off begins a reset, which is over when `status` reads so.
  mutating func write(_ status: DeviceStatus)

  /// What the device offers.
  var offeredFeatures: VirtioFeatures { get }
  /// Tells the device what the driver uses.
  mutating func write(_ features: VirtioFeatures)

  /// The most elements the device allows for `queue`; 0 when it has no such queue. As the device says it.
  func sizeLimit(ofQueue queue: Int) -> UInt32
  /// Tells the device where `queue` lies, lets it interrupt, and enables it.
  mutating func enable(queue: Int, at layout: QueueLayout) throws(VirtioError)
  /// The doorbell of an enabled queue: tells the device that there is something new in it.
  mutating func notify(queue: Int)

  /// The same doorbell, for a queue that is not used where the transport is.
  func doorbell(ofQueue queue: Int) throws(VirtioError) -> Doorbell
  /// Whether the queue's interrupt is that of no queue before it, so that another core can take it.
  func hasOwnInterrupt(ofQueue queue: Int) -> Bool

  /// Changes whenever the device configuration does.
  var configurationGeneration: UInt32 { get }
  /// Reads the device configuration; 0 beyond its end. The width is that of the field (Virtio 1.2, 4.2.2.2).
  func configurationByte(at offset: Int) -> UInt8
  func configurationHalf(at offset: Int) -> UInt16
  func configurationWord(at offset: Int) -> UInt32

  /// Cuts the device off from memory for good, where the bus can: for a device that does not reset.
  mutating func isolate()
}

/// Where the three parts of a split queue lie (Virtio 1.2, 2.7).
public struct QueueLayout: Sendable {
  /// Elements of the queue, a power of two.
  public let size: UInt16
  public let descriptorAddress: UInt64
  /// The available ring, written by the driver.
  public let driverAddress: UInt64
  /// The used ring, written by the device.
  public let deviceAddress: UInt64
}
