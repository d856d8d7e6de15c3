import Machine
import Virtio
import VirtioTransports

/// Registers above 4 GiB, where nothing is mapped until a device has some there. The network device's are moved, a GiB at a
/// time, until the page tables for them are used up: nothing else may need any afterwards.
enum RegisterTests {
  /// Of a virtio network device, and what holds its structures.
  private static let vendor: UInt16 = 0x1AF4
  private static let device: UInt16 = 0x1041
  private static let base = 4
  private static let baseOffset = 0x10 + base * 4
  /// How many queues there are: a word of the common configuration (Virtio 1.2, 4.1.4.3).
  private static let queueCount: UInt = 18
  /// As many as there are tables (PageMap+Registers.swift); firmware may have made two of them necessary before.
  private static let mostGibibytes: UInt64 = 8
  private static let leastGibibytes: UInt64 = 6

  /// On a machine without a PCI bus there is nothing to try.
  static func theyAreMappedWhileThereAreTables(_ report: inout TestReport) {
    guard let function = networkFunction() else { return }
    let former = (function.read32(baseOffset), function.read32(baseOffset + 4))
    guard former.0 & 0b110 == 0b100, let expected = queues(function) else {
      return report.fail(
        "the network device's registers have no 64-bit address", UInt64(former.0), line: #line)
    }
    var mapped: UInt64 = 0
    while mapped <= mostGibibytes, isMapped(8 + mapped, function) {
      report.expect(queues(function) == expected, "another value is read in GiB", 8 + mapped)
      mapped += 1
    }
    report.expect(
      leastGibibytes <= mapped && mapped <= mostGibibytes, "as many are mapped as there are tables", mapped)
    report.expect(isMapped(8, function), "what was mapped is not any more")
    report.expect(queues(function) == expected, "another value is read there then")
    function.write32(former.0, at: baseOffset)
    function.write32(former.1, at: baseOffset + 4)
    report.expect(queues(function) == expected, "the registers are gone from where they were")
  }

  /// Moves the registers there, and asks where they are.
  private static func isMapped(_ gibibyte: UInt64, _ function: PCIFunction) -> Bool {
    // Not where it begins.
    let address = gibibyte << 30 + 5 << 21
    function.write32(UInt32(truncatingIfNeeded: address) | 0b1100, at: baseOffset)
    function.write32(UInt32(address >> 32), at: baseOffset + 4)
    function.write16(function.read16(4) | 0b10, at: 4)
    return function.barAddress(base)?.base == UInt(address)
  }

  private static func networkFunction() -> PCIFunction? {
    var found: PCIFunction?
    PCIFunction.forEach { if $0.vendorID == vendor && $0.deviceID == device { found = $0 } }
    return found
  }

  private static func queues(_ function: PCIFunction) -> UInt16? {
    guard let address = PCICapabilities(function).common?.register(at: queueCount, width: 2) else {
      return nil
    }
    // SAFETY: inside the common configuration, which `barAddress` has mapped.
    return unsafe Register<UInt16>(address: address).load()
  }
}
