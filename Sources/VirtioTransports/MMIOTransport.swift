import Firmware
import Machine
import Virtio

/// The registers of a virtio device that lies on no bus, version 2 (Virtio 1.2, 4.2.2).
///
/// Unsafe code: `look(at:)` has found a device there, and all registers lie in the slot's first 256 bytes. Context: boot, then
/// the reactor of one core.
struct MMIOTransport {
  /// What is in a slot.
  enum Content {
    /// Not even a slot.
    case nothing
    case empty
    /// A device of the version before 1.0.
    case legacy(type: UInt32)
    case device(type: UInt32)
  }

  /// How many slots QEMU's microvm has at a fixed place: one for each input of its second I/O APIC.
  static let fixedSlotCount = 24
  /// The registers, and a device configuration of one byte.
  private static let leastByteCount: UInt64 = 0x101
  private static let magic: UInt32 = 0x7472_6976  // "virt"
  /// A queue was used (4.2.2, InterruptStatus).
  static let queueCause: UInt32 = 1 << 0
  /// The configuration changed (the same).
  static let configurationCause: UInt32 = 1 << 1

  let slot: DeviceSlot
  let input: UInt32
  let configurationSource: Int

  static func fixedSlot(_ number: Int) -> DeviceSlot {
    DeviceSlot(
      address: 0xFEB0_0000 + UInt64(number) * 0x200, byteCount: 0x200, interrupt: 24 + UInt32(number))
  }

  /// Reads three registers. A slot outside the device registers that are mapped is none.
  static func look(at slot: DeviceSlot) -> Content {
    guard PageMap.isDeviceMemory(slot.address, byteCount: slot.byteCount), slot.address % 4 == 0,
      slot.byteCount >= leastByteCount, register(slot, 0x00).load() == magic
    else { return .nothing }
    let type = register(slot, 0x08).load()
    guard type != 0 else { return .empty }
    return register(slot, 0x04).load() == 2 ? .device(type: type) : .legacy(type: type)
  }

  /// Takes over the device in `slot`, whose interrupts go where those of queue 0 are to go.
  init(_ slot: DeviceSlot, _ targets: InterruptTargets) throws(VirtioError) {
    let target = targets.target(ofQueue: 0)
    guard
      let input = InputOutputAPIC.route(
        interrupt: slot.interrupt, toVector: target.vector, ofProcessor: target.processor)
    else { throw .interruptRefused }
    self.slot = slot
    self.input = input
    configurationSource = InterruptTable.source(of: targets.configuration.vector)
  }

  func register(_ offset: UInt) -> Register<UInt32> { Self.register(slot, offset) }

  private static func register(_ slot: DeviceSlot, _ offset: UInt) -> Register<UInt32> {
    // SAFETY: `offset` is one of the registers', which lie inside the slot.
    unsafe Register(address: UInt(slot.address) + offset)
  }

  /// The device keeps its line up until it is told that its interrupt was seen (4.2.2, InterruptACK).
  var control: InterruptControl {
    // SAFETY: both registers are the device's.
    unsafe .device(
      input: input,
      InterruptAcknowledgement(
        status: UInt(slot.address) + 0x60, acknowledge: UInt(slot.address) + 0x64,
        ownCause: Self.queueCause, otherCause: Self.configurationCause, otherSource: configurationSource))
  }
}
