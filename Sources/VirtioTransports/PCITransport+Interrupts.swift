import Machine
import Virtio

/// Interrupts as messages: MSI-X (PCI 3.0, 6.8.2; Intel SDM 3A, 10.11).
extension PCITransport {
  /// The entry of the table for the configuration; that of queue n is n + 1. A smaller table shares its last.
  static let configurationEntry = 0

  func entry(ofQueue queue: Int) -> Int { min(queue + 1, interrupts.entryCount - 1) }

  /// Fills the table, then turns it on with no entry masked.
  func route(_ targets: InterruptTargets) {
    let control = function.read16(interrupts.capabilityOffset + 2)
    let enabled: UInt16 = 1 << 15
    let allMasked: UInt16 = 1 << 14
    function.write16(control | enabled | allMasked, at: interrupts.capabilityOffset + 2)
    for index in 0..<interrupts.entryCount { mask(entry: index) }
    for queue in (0..<DeviceTransport.queueLimit).reversed() {
      write(entry: entry(ofQueue: queue), targets.target(ofQueue: queue))
    }
    if interrupts.entryCount > 1 { write(entry: Self.configurationEntry, targets.configuration) }
    function.write16((control | enabled) & ~allMasked, at: interrupts.capabilityOffset + 2)
  }

  func control(ofQueues queues: UInt16) -> InterruptControl {
    var entries: UInt64 = 0
    for queue in 0..<DeviceTransport.queueLimit where queues & 1 << UInt16(queue) != 0 {
      entries |= 1 << UInt64(entry(ofQueue: queue))
    }
    return .messages(firstControl: interrupts.entry(0) + 12, entries: entries)
  }

  var controlOfConfiguration: InterruptControl {
    .messages(firstControl: interrupts.entry(0) + 12, entries: 1 << UInt64(Self.configurationEntry))
  }

  private func mask(entry index: Int) {
    // SAFETY: the table was checked to lie inside the function's memory range.
    unsafe Register<UInt32>(address: interrupts.entry(index) + 12).store(1)
  }

  /// Fixed delivery to one processor, edge-triggered.
  private func write(entry index: Int, _ target: InterruptTargets.Target) {
    let address = interrupts.entry(index)
    // SAFETY: as above; an entry has four words.
    unsafe Register<UInt32>(address: address).store(0xFEE0_0000 | UInt32(target.processor) << 12)
    unsafe Register<UInt32>(address: address + 4).store(0)
    unsafe Register<UInt32>(address: address + 8).store(UInt32(target.vector))
    unsafe Register<UInt32>(address: address + 12).store(0)
  }
}
