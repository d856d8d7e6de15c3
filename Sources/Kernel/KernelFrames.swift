import Buffers
import Virtio
import VirtioTransports

/// The network device as the kernel sees it beside its frames.
protocol KernelFrames: FramePort, ~Copyable {
  var hardwareAddress: UInt64 { get }
  var counters: NetworkCounters { get }
  var lentFrameCount: Int { get }
  /// Of the frames received, those that other cores have received.
  var framesOfOthers: UInt64 { get }
  mutating func handleConfigurationChange()
}

extension NetworkDevice: KernelFrames where Transport: ~Copyable {
  var framesOfOthers: UInt64 { 0 }
}
extension SpreadFrames: KernelFrames where Transport: ~Copyable {}
