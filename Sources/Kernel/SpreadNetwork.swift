import Buffers
import Machine
import Queues
import Tracing
import Virtio
import VirtioTransports

typealias SpreadPort = SpreadFrames<DeviceTransport>

/// The network device of a machine with several cores that receive, before they run: the interrupts of each receive queue
/// go to the core that owns it, all others to the sessions core. Context: boot.
struct SpreadNetwork: ~Copyable {
  /// For the sessions core.
  var frames: SpreadPort
  /// How the interrupts of source `network` are handled, core by core.
  private var controls: InlineArray<8, InterruptControl> = InlineArray(repeating: .none)
  /// How those of source `configuration` are, on the sessions core.
  let controlOfConfiguration: InterruptControl
  private let sessionsProcessor: UInt8

  /// Brings up the device for `receiverCount` cores, and says on the console when it has fewer receive queues.
  ///
  /// - Parameter processor: the identifier of the local APIC of a receiving core: 0 is the sessions core, then the others
  ///   in the order of their receive queues. They need not run yet.
  init(
    _ devices: Devices, receiverCount: Int, _ log: BootLog, in arena: inout Arena,
    processor: (_ receiver: Int) -> UInt8
  ) {
    sessionsProcessor = processor(0)
    var targets = Devices.targets(queues: InterruptSource.network, onProcessor: sessionsProcessor)
    let wantedPairs = min(receiverCount, SpreadPort.mostPairs)
    for receiver in 1..<max(1, wantedPairs) {
      targets.setTarget(
        ofQueue: 2 * receiver, to: Devices.target(InterruptSource.network, processor(receiver)))
    }
    do throws(VirtioError) {
      let transport = try DeviceTransport(devices.networkPlace(), targets)
      controlOfConfiguration = transport.controlOfConfiguration
      let transmitQueues: UInt16 = 0b1010_1010_1010_1010
      controls[0] = transport.control(ofQueues: transmitQueues | 0b1)
      for receiver in 1..<max(1, wantedPairs) {
        controls[receiver] = transport.control(ofQueues: 1 << UInt16(2 * receiver))
      }
      frames = try SpreadPort(transport, wantedPairs: wantedPairs, in: &arena)
    } catch {
      Devices.stopForNetwork(error)
    }
    let pairCount = frames.pairCount
    if pairCount < receiverCount { log.line { Self.sayFewer(pairCount, receiverCount, &$0) } }
  }

  /// What a receiving core, 0 for the sessions core, passes to `Core.setControl` for its source `network`.
  func control(ofReceiver receiver: Int) -> InterruptControl { controls[receiver] }

  /// Takes out what a receiving core needs: for `receiver` from 1 to `frames.pairCount - 1`, once each. Its task is woken by
  /// source `network` there.
  mutating func makeReceiver(
    _ receiver: Int, onProcessor processor: UInt8, in arena: inout Arena
  ) -> FrameReceiver<DeviceDoorbell> {
    do throws(VirtioError) {
      return try frames.makeReceiver(
        ofQueue: receiver,
        wakingSessions: .wake(
          LocalAPIC.wakeHook(source: InterruptSource.network, onProcessor: sessionsProcessor)),
        wakingReceiver: .wake(LocalAPIC.wakeHook(source: InterruptSource.network, onProcessor: processor)),
        in: &arena)
    } catch {
      Devices.stopForNetwork(error)
    }
  }

  private static func sayFewer(_ pairCount: Int, _ receiverCount: Int, _ console: inout Console) {
    console.write("sluice: the network device has ")
    console.write(UInt64(pairCount))
    console.write(" receive queue(s) for ")
    console.write(UInt64(receiverCount))
    console.write(" cores of role io: the rest of them receive nothing")
  }
}
