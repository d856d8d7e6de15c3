/// How far driver and device have come in bringing the device up (Virtio 1.2, 2.1).
public struct DeviceStatus: BitFlags {
  public let rawValue: UInt8

  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// No bit set: the device has been reset.
  public static var reset: DeviceStatus { DeviceStatus(rawValue: 0) }
  /// The driver has noticed the device.
  public static var acknowledge: DeviceStatus { DeviceStatus(rawValue: 1) }
  /// The driver knows how to drive it.
  public static var driver: DeviceStatus { DeviceStatus(rawValue: 2) }
  /// The driver is set up: the device may use the queues.
  public static var driverOK: DeviceStatus { DeviceStatus(rawValue: 4) }
  /// The features are agreed on.
  public static var featuresOK: DeviceStatus { DeviceStatus(rawValue: 8) }
  /// The device met an error that only a reset ends.
  public static var needsReset: DeviceStatus { DeviceStatus(rawValue: 64) }
  /// The driver has given up on the device.
  public static var failed: DeviceStatus { DeviceStatus(rawValue: 128) }
}
