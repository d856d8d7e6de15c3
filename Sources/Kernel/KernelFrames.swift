import Buffers
import Virtio
import VirtioTransports

/// The network device as the kernel sees it beside its frames.
protocol KernelFrames: FramePort, ~Copyable {
  var hardwareAddress: UInt64 { get }
  var counters: NetworkCounters { get }
  var lentFrameCount: Int { get }
  mutating func handleConfigurationChange()
}

extension NetworkDevice: KernelFrames where Transport: ~Copyable {}
extension SpreadFrames: KernelFrames where Transport: ~Copyable {}
