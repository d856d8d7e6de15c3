import Buffers
import Exchange
import Firmware
import Machine
import Partitions
import Tracing
import Virtio
import VirtioTransports

typealias NetworkPort = NetworkDevice<DeviceTransport>
typealias VirtioDisk = BlockDevice<DeviceTransport>
/// A disk, or one of its partitions.
typealias DiskPort = DiskPart<VirtioDisk>

/// A disk, and how the core that its interrupts go to handles them.
struct PlacedDisk: ~Copyable {
  var disk: DiskPort
  let control: InterruptControl
}

/// The machine's devices, which it finds and brings up. Context: boot.
struct Devices {
  private let list: DeviceList

  /// Looks for all of them; a slot that is named and not there stops the boot.
  init(_ options: NodeOptions) {
    list = DeviceList(slots: options.deviceSlots, looksAtPCI: options.looksAtPCI)
    guard let slot = list.deadSlot else { return }
    BootLog.stop {
      $0.write("no virtio device answers at ")
      $0.write(hexadecimal: slot.address)
      $0.write(", which virtio_mmio.device= names")
    }
  }

  func network(_ core: inout Core, in arena: inout Arena) -> NetworkPort {
    let place = networkPlace()
    do throws(VirtioError) {
      let transport = try DeviceTransport(place, Self.targets(queues: InterruptSource.network))
      core.setControl(ofSource: InterruptSource.network, transport.control(ofQueues: 0b11))
      core.setControl(ofSource: InterruptSource.configuration, transport.controlOfConfiguration)
      return try NetworkPort(transport, in: &arena)
    } catch {
      Self.stopForNetwork(error)
    }
  }

  func networkPlace() -> DevicePlace {
    if let place = list.place(ofType: DeviceList.networkType) { return place }
    guard list.legacyCount == 0 else {
      BootLog.stop(
        """
        the virtio devices are legacy ones: add disable-modern=off to those on PCI, and \
        -global virtio-mmio.force-legacy=false for those on microvm
        """)
    }
    BootLog.stop("no virtio network device: add -device virtio-net-pci, or virtio-net-device on microvm")
  }

  static func stopForNetwork(_ error: VirtioError) -> Never { stop(for: error, of: "network device") }

  private static func stop(for error: VirtioError, of device: StaticString) -> Never {
    if case .outOfMemory = error { stopForMemory() }
    BootLog.stop {
      $0.write("the ")
      $0.write(device)
      $0.write(" cannot be used: ")
      $0.write(describe(error))
    }
  }

  /// The disk with that number, counted from 1 in the order of the list; nothing when there are fewer. Its interrupts go to
  /// the core `writer`.
  func disk(number: Int, _ core: inout Core, forCore writer: Int, in arena: inout Arena) -> PlacedDisk? {
    guard let place = list.place(ofType: DeviceList.blockType, number: number - 1) else { return nil }
    do throws(VirtioError) {
      let transport = try DeviceTransport(
        place,
        Self.targets(queues: InterruptSource.disk, onProcessor: Processors.identifier(ofCore: writer)))
      let control = transport.control(ofQueues: 0b1)
      if writer == core.number { core.setControl(ofSource: InterruptSource.disk, control) }
      return PlacedDisk(disk: DiskPort(wholeOf: try VirtioDisk(transport, in: &arena)), control: control)
    } catch {
      Self.stop(for: error, of: "disk")
    }
  }

  /// Whether there is a disk with that number.
  func hasDisk(number: Int) -> Bool {
    list.place(ofType: DeviceList.blockType, number: number - 1) != nil
  }

  /// All interrupts of a device go to one core; those of its queues mark `source` there.
  static func targets(
    queues source: Int, onProcessor processor: UInt8 = LocalAPIC.identifier
  ) -> InterruptTargets {
    InterruptTargets(
      configuration: target(InterruptSource.configuration, processor), queues: target(source, processor))
  }

  /// What marks a source on the core with a processor.
  static func target(_ source: Int, _ processor: UInt8) -> InterruptTargets.Target {
    InterruptTargets.Target(processor: processor, vector: InterruptTable.vector(of: source))
  }

  private static func describe(_ error: VirtioError) -> StaticString {
    switch error {
    case .resetTimedOut: "it did not reset in time"
    case .legacyDevice: "it does not offer version 1.0 of virtio"
    case .featuresRefused: "it refused features it had offered"
    case .queueUnavailable: "it has no queue of a usable size"
    case .queueSizeInvalid: "its queue size is not a power of two"
    case .interruptRefused:
      "no interrupt of it can be had: one on PCI needs MSI-X, another a line of an I/O APIC"
    case .configurationUnstable: "its configuration kept changing"
    case .configurationInvalid: "its configuration makes no sense"
    case .commandRefused: "it refused a command"
    case .capabilityMissing: "it lacks a structure that virtio over PCI needs"
    case .outOfMemory: "there is too little memory: give the machine more"
    }
  }
}
