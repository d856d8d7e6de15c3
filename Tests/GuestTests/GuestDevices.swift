import Buffers
import Machine
import Queues
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

  /// The network device for this core and another one that receives, if it has the queues.
  static func spreadNetwork(
    receiverProcessor processor: UInt8, in arena: inout Arena
  ) -> SpreadFrames<PCITransport> {
    guard let function = PCITransport.find(type: networkType) else {
      Machine.panic("there is no virtio network device")
    }
    var vectors = vectors(queues: networkSource)
    vectors.setTarget(ofQueue: 2, to: target(networkSource, onProcessor: processor))
    do throws(VirtioError) {
      return try SpreadFrames(try PCITransport(function, vectors: vectors), wantedPairs: 2, in: &arena)
    } catch {
      Machine.panic("the network device cannot be brought up")
    }
  }

  /// What the other core needs; either core is woken by the source of its network interrupts.
  static func receiver(
    _ frames: inout SpreadFrames<PCITransport>, processor: UInt8, in arena: inout Arena
  ) -> FrameReceiver<PCIDoorbell> {
    do throws(VirtioError) {
      return try frames.makeReceiver(
        ofQueue: 1,
        wakingSessions: .wake(
          LocalAPIC.wakeHook(source: networkSource, onProcessor: LocalAPIC.identifier)),
        wakingReceiver: .wake(LocalAPIC.wakeHook(source: networkSource, onProcessor: processor)), in: &arena)
    } catch {
      Machine.panic("there is too little memory for the second receive queue")
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
    MessageVectors(configuration: target(configurationSource), queues: target(source))
  }

  private static func target(
    _ source: Int, onProcessor processor: UInt8 = LocalAPIC.identifier
  ) -> MessageVectors.Target {
    MessageVectors.Target(processor: processor, vector: InterruptTable.vector(of: source))
  }
}
