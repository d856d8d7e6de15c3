import Foundation

public import Virtio

/// A virtio device's registers and queues, which works only on what the driver wrote to it, and can misbehave.
public final class FakeVirtioDevice {
  // What it is.
  public let deviceType: UInt32
  public var offeredFeatures: VirtioFeatures
  public var sizeLimits: [UInt32]
  public var configuration: [UInt8]
  /// Where its rings start.
  public var firstRingIndex: UInt16 = 0

  // How it misbehaves.
  public var refusesFeatures = false
  /// Reads of the status until a reset is over; never, when nothing.
  public var resetDelay: Int? = 0
  /// How many more reads of the generation find it changed.
  public var generationChanges = 0
  public var hasNoInterrupts = false
  /// Queues, from the first on, that have interrupts of their own.
  public var interruptCount = 64
  /// It completed what was not done: what the driver does then, believing it, is no violation. Until a reset.
  public var hasLied = false

  // What the driver did.
  public private(set) var status = DeviceStatus.reset
  public private(set) var acceptedFeatures = VirtioFeatures.none
  public private(set) var queues: [Int: FakeVirtioQueue] = [:]
  public private(set) var doorbells: [Int: Int] = [:]
  /// What it does when a doorbell is rung, in the driver's thread.
  public var whenNotified: ((_ queue: Int) -> Void)?
  private let doorbellLock = NSLock()
  public private(set) var resetCount = 0
  public private(set) var isIsolated = false
  private var statusReadsUntilReset: Int? = 0
  private var pastViolations: [String] = []
  private var generation: UInt32 = 0

  public init(
    type: UInt32, features: VirtioFeatures, queueSizes: [UInt32], configuration: [UInt8]
  ) {
    deviceType = type
    offeredFeatures = features
    sizeLimits = queueSizes
    self.configuration = configuration
  }

  /// Rules the driver broke, ever.
  public var violations: [String] { pastViolations + violationsSinceReset }

  private var violationsSinceReset: [String] { hasLied ? [] : queues.values.flatMap(\.violations) }

  public func note(violation: String) {
    if !hasLied { pastViolations.append(violation) }
  }

  /// Sets DEVICE_NEEDS_RESET.
  public func askForReset() { status |= .needsReset }

  /// Changes the configuration as a device may at any time.
  public func changeConfiguration(_ change: (inout [UInt8]) -> Void) {
    change(&configuration)
    generation &+= 1
  }

  func readStatus() -> DeviceStatus {
    if let reads = statusReadsUntilReset, reads > 0 {
      statusReadsUntilReset = reads - 1
      return .driverOK
    }
    return statusReadsUntilReset == nil ? .driverOK : status
  }

  func write(_ value: DeviceStatus) {
    if value == .reset { return reset() }
    if value.contains(.featuresOK) && refusesFeatures {
      status = DeviceStatus(rawValue: value.rawValue & ~DeviceStatus.featuresOK.rawValue)
    } else {
      status = value
    }
  }

  private func reset() {
    pastViolations += violationsSinceReset
    hasLied = false
    queues = [:]
    acceptedFeatures = .none
    status = .reset
    resetCount += 1
    statusReadsUntilReset = resetDelay
  }

  func accept(_ features: VirtioFeatures) {
    if !status.contains(.driver) { note(violation: "features before DRIVER") }
    if !offeredFeatures.contains(features) { note(violation: "features that were not offered") }
    if !features.contains(.version1) { note(violation: "version 1 not accepted") }
    acceptedFeatures = features
  }

  func enable(queue: Int, at layout: QueueLayout) throws(VirtioError) {
    guard !hasNoInterrupts else { throw .interruptRefused }
    if !status.contains(.featuresOK) { note(violation: "a queue before FEATURES_OK") }
    if status.contains(.driverOK) { note(violation: "a queue after DRIVER_OK") }
    if UInt32(layout.size) > sizeLimits[queue] { note(violation: "a queue larger than allowed") }
    queues[queue] = FakeVirtioQueue(
      layout: layout, usesEventIndex: acceptedFeatures.contains(.eventIndex), startingAt: firstRingIndex)
  }

  func notify(queue: Int) {
    if !status.contains(.driverOK) { note(violation: "a doorbell before DRIVER_OK") }
    doorbellLock.withLock { doorbells[queue, default: 0] += 1 }
    whenNotified?(queue)
  }

  func readGeneration() -> UInt32 {
    if generationChanges > 0 {
      generationChanges -= 1
      generation &+= 1
    }
    return generation
  }

  func readConfiguration(_ offset: Int, byteCount: Int) -> UInt32 {
    guard offset + byteCount <= configuration.count else { return 0 }
    return (0..<byteCount).reduce(0) { $0 | UInt32(configuration[offset + $1]) << UInt32(8 * $1) }
  }

  func isolate() { isIsolated = true }
}
