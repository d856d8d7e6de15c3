import Buffers
import Machine
import Tracing
import Virtio
import VirtioTransports

typealias NetworkPort = NetworkDevice<PCITransport>
typealias DiskPort = BlockDevice<PCITransport>

/// Finds and brings up the machine's devices. Context: boot.
enum Devices {
  private static let networkType: UInt16 = 1
  private static let blockType: UInt16 = 2

  static func network(_ core: inout Core, in arena: inout Arena) -> NetworkPort {
    guard let function = PCITransport.find(type: networkType) else {
      BootLog.stop("no virtio network device: add -device virtio-net-pci,disable-legacy=on")
    }
    do throws(VirtioError) {
      let vector = InterruptTable.vector(of: InterruptSource.network)
      let transport = try PCITransport(function, vectors: vectors(queues: vector))
      core.setMaskOf(source: InterruptSource.network, transport.mask(ofQueues: 2))
      core.setMaskOf(source: InterruptSource.configuration, transport.maskOfConfiguration)
      return try NetworkPort(transport, in: &arena)
    } catch {
      BootLog.stop {
        $0.write("the network device cannot be used: ")
        $0.write(describe(error))
      }
    }
  }

  /// The first disk; nothing when there is none.
  static func disk(_ core: inout Core, in arena: inout Arena) -> DiskPort? {
    guard let function = PCITransport.find(type: blockType) else { return nil }
    do throws(VirtioError) {
      let vector = InterruptTable.vector(of: InterruptSource.disk)
      let transport = try PCITransport(function, vectors: vectors(queues: vector))
      core.setMaskOf(source: InterruptSource.disk, transport.mask(ofQueues: 1))
      return try DiskPort(transport, in: &arena)
    } catch {
      BootLog.stop {
        $0.write("the disk cannot be used: ")
        $0.write(describe(error))
      }
    }
  }

  private static func vectors(queues: UInt8) -> MessageVectors {
    MessageVectors(
      processor: LocalAPIC.identifier,
      configuration: InterruptTable.vector(of: InterruptSource.configuration),
      firstQueue: queues, secondQueue: queues)
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
    case .capabilityMissing: "it lacks a structure that virtio over PCI needs"
    case .outOfMemory: "there is too little memory: give the machine more"
    }
  }
}
