import Buffers
import Machine
import Virtio
import VirtioTransports

typealias NetworkPort = NetworkDevice<PCITransport>
typealias DiskPort = BlockDevice<PCITransport>

/// The devices of the machine that runs the tests: as the kernel brings them up, with interrupts of their own.
enum GuestDevices {
  static let diskSource = 1
  static let networkSource = 2
  static let configurationSource = 3

  private static let networkType: UInt16 = 1
  private static let blockType: UInt16 = 2

  /// The largest piece of the machine's free memory.
  static func memory(_ startInfo: borrowing StartInfo) -> Arena {
    var memory = MemoryMap(startInfo)
    guard let arena = memory.takeArena(ofNode: 0) else {
      Machine.panic("the loader's memory map has no usable memory above the image")
    }
    return arena
  }

  static func network(in arena: inout Arena) -> NetworkPort {
    guard let function = PCITransport.find(type: networkType) else {
      Machine.panic("there is no virtio network device")
    }
    do throws(VirtioError) {
      return try NetworkPort(try PCITransport(function, vectors: vectors(queues: networkSource)), in: &arena)
    } catch {
      Machine.panic("the network device cannot be brought up")
    }
  }

  static func disk(in arena: inout Arena) -> DiskPort {
    guard let function = PCITransport.find(type: blockType) else {
      Machine.panic("there is no virtio block device")
    }
    do throws(VirtioError) {
      return try DiskPort(try PCITransport(function, vectors: vectors(queues: diskSource)), in: &arena)
    } catch {
      Machine.panic("the disk cannot be brought up")
    }
  }

  private static func vectors(queues source: Int) -> MessageVectors {
    let vector = InterruptTable.vector(of: source)
    return MessageVectors(
      processor: LocalAPIC.identifier, configuration: InterruptTable.vector(of: configurationSource),
      firstQueue: vector, secondQueue: vector)
  }
}
