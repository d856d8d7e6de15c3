import Buffers
import Machine
import Partitions
import Tracing
import Virtio
import VirtioTransports

typealias NetworkPort = NetworkDevice<PCITransport>
typealias VirtioDisk = BlockDevice<PCITransport>
/// A disk, or one of its partitions.
typealias DiskPort = DiskPart<VirtioDisk>

/// A disk, and what holds back its interrupts on the core they go to.
struct PlacedDisk: ~Copyable {
  var disk: DiskPort
  let mask: InterruptMask
}

/// Finds and brings up the machine's devices. Context: boot.
enum Devices {
  private static let networkType: UInt16 = 1
  private static let blockType: UInt16 = 2

  static func network(_ core: inout Core, in arena: inout Arena) -> NetworkPort {
    let function = networkFunction()
    do throws(VirtioError) {
      let transport = try PCITransport(function, vectors: vectors(queues: InterruptSource.network))
      core.setMaskOf(source: InterruptSource.network, transport.mask(ofQueues: 0b11))
      core.setMaskOf(source: InterruptSource.configuration, transport.maskOfConfiguration)
      return try NetworkPort(transport, in: &arena)
    } catch {
      stopForNetwork(error)
    }
  }

  static func networkFunction() -> PCIFunction {
    guard let function = PCITransport.find(type: networkType) else {
      BootLog.stop("no virtio network device: add -device virtio-net-pci,disable-legacy=on")
    }
    return function
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

  /// The disk with that number, counted from 1 in the bus's order; nothing when there are fewer. Its interrupts go to the
  /// core `writer`.
  static func disk(
    number: Int, _ core: inout Core, forCore writer: Int, in arena: inout Arena
  ) -> PlacedDisk? {
    guard let function = PCITransport.find(type: blockType, number: number) else { return nil }
    do throws(VirtioError) {
      let transport = try PCITransport(
        function,
        vectors: vectors(
          queues: InterruptSource.disk, onProcessor: Processors.identifier(ofCore: writer)))
      let mask = transport.mask(ofQueues: 0b1)
      if writer == core.number { core.setMaskOf(source: InterruptSource.disk, mask) }
      return PlacedDisk(disk: DiskPort(wholeOf: try VirtioDisk(transport, in: &arena)), mask: mask)
    } catch {
      stop(for: error, of: "disk")
    }
  }

  /// All interrupts of a device go to one core; those of its queues mark `source` there.
  static func vectors(
    queues source: Int, onProcessor processor: UInt8 = LocalAPIC.identifier
  ) -> MessageVectors {
    MessageVectors(
      configuration: target(InterruptSource.configuration, processor), queues: target(source, processor))
  }

  /// What marks a source on the core with a processor.
  static func target(_ source: Int, _ processor: UInt8) -> MessageVectors.Target {
    MessageVectors.Target(processor: processor, vector: InterruptTable.vector(of: source))
  }

  private static func describe(_ error: VirtioError) -> StaticString {
    switch error {
    case .resetTimedOut: "it did not reset in time"
    case .legacyDevice: "it is a legacy device: add disable-legacy=on"
    case .featuresRefused: "it refused features it had offered"
    case .queueUnavailable: "it has no queue of a usable size"
    case .queueSizeInvalid: "its queue size is not a power of two"
    case .interruptRefused: "it has no room for an interrupt: it needs MSI-X"
    case .configurationUnstable: "its configuration kept changing"
    case .configurationInvalid: "its configuration makes no sense"
    case .commandRefused: "it refused a command"
    case .capabilityMissing: "it lacks a structure that virtio over PCI needs"
    case .outOfMemory: "there is too little memory: give the machine more"
    }
  }
}
