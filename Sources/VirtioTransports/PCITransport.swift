public import Machine
public import Virtio

extension PCIFunction: PCIConfigurationSpace {}

/// A modern virtio device on the PCI bus, its registers mapped to memory (Virtio 1.2, 4.1).
///
/// Unsafe code: the addresses of registers come from the function's capabilities, which `PCICapabilities` has
/// checked to lie inside the function's own memory ranges. Context: boot, then the reactor of one core.
public struct PCITransport: ~Copyable {
  /// Queues of one device that can be told of news by number: those of a network device's 8 pairs.
  public static let queueLimit = 16
  /// What a device reads back when it has no room for an interrupt (4.1.5.1.2).
  static let noVector: UInt16 = 0xFFFF
  static let vendorID: UInt16 = 0x1AF4
  /// The first modern device; the type of device is added to it (4.1.2.1).
  static let firstDeviceID: UInt16 = 0x1040

  let function: PCIFunction
  let capabilities: PCICapabilities
  let common: CommonConfiguration
  let interrupts: PCIMessageInterrupts
  var doorbells = InlineArray<16, UInt>(repeating: 0)
  public let deviceType: UInt32

  /// Whether `function` is a modern virtio device of `type` (1 network, 2 block).
  public static func isDevice(_ function: PCIFunction, ofType type: UInt16) -> Bool {
    function.vendorID == vendorID && function.deviceID == firstDeviceID + type
  }

  /// Takes over `function` and lets it use memory and send interrupts.
  public init(_ function: PCIFunction, vectors: MessageVectors) throws(VirtioError) {
    let capabilities = PCICapabilities(function)
    guard let region = capabilities.common, capabilities.notification != nil,
      let interrupts = capabilities.messageInterrupts
    else { throw .capabilityMissing }
    self.function = function
    self.capabilities = capabilities
    self.interrupts = interrupts
    common = CommonConfiguration(region)
    deviceType = UInt32(function.deviceID &- Self.firstDeviceID)
    Self.setCommand(of: function, set: 0b110, clear: 0)
    route(vectors)
  }

  /// The command register: bit 1 answers memory accesses, bit 2 lets the function access memory (PCI 3.0, 6.2.2).
  static func setCommand(of function: PCIFunction, set: UInt16, clear: UInt16) {
    function.write16(function.read16(0x04) & ~clear | set, at: 0x04)
  }
}

// A device is driven by one core at a time, which may be another one than brought it up.
extension PCITransport: @unchecked Sendable {}
