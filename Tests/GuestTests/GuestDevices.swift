import Buffers
import Exchange
import Firmware
import Machine
import Queues
import Virtio
import VirtioTransports

typealias NetworkPort = NetworkDevice<DeviceTransport>
typealias DiskPort = BlockDevice<DeviceTransport>

/// The devices of the machine that runs the tests: as the kernel brings them up, with interrupts of their own.
struct GuestDevices {
  static let diskSource = 1
  static let networkSource = 2
  static let configurationSource = 3

  private let list: DeviceList

  /// Finds them, and how their interrupts come in. Before any other core is started.
  init(_ startInfo: borrowing StartInfo, from core: borrowing Core) {
    _ = Processors.find(startInfo, from: core)
    do throws(NodeOptionsError) {
      list = DeviceList(slots: try NodeOptions(commandLine: startInfo.commandLine).deviceSlots)
    } catch {
      Machine.panic("the command line has a word the test image does not know")
    }
    guard list.deadSlot == nil else { Machine.panic("a slot on the command line has no device") }
  }

  /// The largest piece of the machine's free memory.
  static func memory(_ startInfo: borrowing StartInfo) -> Arena {
    var memory = MemoryMap(startInfo)
    guard let arena = memory.takeArena(ofNode: 0) else {
      Machine.panic("the loader's memory map has no usable memory above the image")
    }
    return arena
  }

  func network(_ core: inout Core, in arena: inout Arena) -> NetworkPort {
    do throws(VirtioError) {
      let transport = try networkTransport(Self.targets(queues: Self.networkSource))
      core.setControl(ofSource: Self.networkSource, transport.control(ofQueues: 0b11))
      return try NetworkPort(transport, in: &arena)
    } catch {
      Machine.panic("the network device cannot be brought up")
    }
  }

  /// The network device for this core and another one that receives, if it has the queues.
  func spreadNetwork(
    _ core: inout Core, receiverProcessor processor: UInt8, in arena: inout Arena
  ) -> SpreadFrames<DeviceTransport> {
    var targets = Self.targets(queues: Self.networkSource)
    targets.setTarget(ofQueue: 2, to: Self.target(Self.networkSource, onProcessor: processor))
    do throws(VirtioError) {
      let transport = try networkTransport(targets)
      core.setControl(ofSource: Self.networkSource, transport.control(ofQueues: 0b1011))
      return try SpreadFrames(transport, wantedPairs: 2, in: &arena)
    } catch {
      Machine.panic("the network device cannot be brought up")
    }
  }

  private func networkTransport(_ targets: InterruptTargets) throws(VirtioError) -> DeviceTransport {
    guard let place = list.place(ofType: DeviceList.networkType) else {
      Machine.panic("there is no virtio network device")
    }
    return try DeviceTransport(place, targets)
  }

  /// What the other core needs; either core is woken by the source of its network interrupts.
  static func receiver(
    _ frames: inout SpreadFrames<DeviceTransport>, processor: UInt8, in arena: inout Arena
  ) -> FrameReceiver<DeviceDoorbell> {
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

  func disk(_ core: inout Core, in arena: inout Arena) -> DiskPort {
    guard let place = list.place(ofType: DeviceList.blockType) else {
      Machine.panic("there is no virtio block device")
    }
    do throws(VirtioError) {
      let transport = try DeviceTransport(place, Self.targets(queues: Self.diskSource))
      core.setControl(ofSource: Self.diskSource, transport.control(ofQueues: 0b1))
      return try DiskPort(transport, in: &arena)
    } catch {
      Machine.panic("the disk cannot be brought up")
    }
  }

  private static func targets(queues source: Int) -> InterruptTargets {
    InterruptTargets(configuration: target(configurationSource), queues: target(source))
  }

  private static func target(
    _ source: Int, onProcessor processor: UInt8 = LocalAPIC.identifier
  ) -> InterruptTargets.Target {
    InterruptTargets.Target(processor: processor, vector: InterruptTable.vector(of: source))
  }
}
