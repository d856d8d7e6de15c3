public import Machine
public import Virtio

extension PCIFunction: PCIConfigurationSpace {}

/// The registers of a modern virtio device on the PCI bus, mapped to memory (Virtio 1.2, 4.1).
///
/// Unsafe code: the addresses of registers come from the function's capabilities, which `PCICapabilities` has
/// checked to lie inside the function's own memory ranges. Context: boot, then the reactor of one core.
struct PCITransport {
  /// What a device reads back when it has no room for an interrupt (4.1.5.1.2).
  static let noVector: UInt16 = 0xFFFF

  let function: PCIFunction
  let capabilities: PCICapabilities
  let common: CommonConfiguration
  let interrupts: PCIMessageInterrupts

  /// The type of virtio device that `function` is (4.1.2.1); nothing when it is none. One that also speaks the version before
  /// 1.0 has it in its subsystem's number (4.1.2.3).
  static func deviceType(_ function: PCIFunction) -> UInt32? {
    guard function.vendorID == 0x1AF4 else { return nil }
    switch function.deviceID {
    case 0x1000..<0x1040: return UInt32(function.read16(0x2E))
    case 0x1040..<0x1080: return UInt32(function.deviceID - 0x1040)
    default: return nil
    }
  }

  /// Whether a virtio device speaks version 1.0 or later: it speaks nothing else, or has the structures.
  static func isModern(_ function: PCIFunction) -> Bool {
    function.deviceID >= 0x1040 || PCICapabilities(function).common != nil
  }

  /// Takes over `function` and lets it use memory and send interrupts.
  init(_ function: PCIFunction, _ targets: InterruptTargets) throws(VirtioError) {
    let capabilities = PCICapabilities(function)
    guard let region = capabilities.common, capabilities.notification != nil,
      let interrupts = capabilities.messageInterrupts
    else { throw .capabilityMissing }
    self.function = function
    self.capabilities = capabilities
    self.interrupts = interrupts
    common = CommonConfiguration(region)
    Self.setCommand(of: function, set: 0b110, clear: 0)
    route(targets)
  }

  /// The command register: bit 1 answers memory accesses, bit 2 lets the function access memory (PCI 3.0, 6.2.2).
  static func setCommand(of function: PCIFunction, set: UInt16, clear: UInt16) {
    function.write16(function.read16(0x04) & ~clear | set, at: 0x04)
  }
}
