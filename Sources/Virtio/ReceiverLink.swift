import Buffers
import Queues

/// The sessions core's two ends of the links with a core that receives: frames come, and go home.
struct ReceiverLink: ~Copyable {
  var arrivals: VecLinkConsumer<Frame, HardwareWord>
  var home: VecLinkProducer<Frame, HardwareWord>
}

/// Two links of frames, each with a place for every frame of the receiver's pool: none is ever full.
struct ReceiverLinks: ~Copyable {
  var there: VecLink<Frame, HardwareWord>.Ends
  var back: VecLink<Frame, HardwareWord>.Ends

  init(
    frameCount: Int, wakingSessions: WaitStrategy, wakingReceiver: WaitStrategy, in arena: inout Arena
  ) throws(VirtioError) {
    let there = try Self.link(frameCount, wakingSessions, in: &arena)
    let back = try Self.link(frameCount, wakingReceiver, in: &arena)
    self.there = there
    self.back = back
  }

  private static func link(
    _ frameCount: Int, _ waiting: WaitStrategy, in arena: inout Arena
  ) throws(VirtioError) -> VecLink<Frame, HardwareWord>.Ends {
    do throws(QueueError) {
      let properties = QueueProperties(capacity: frameCount, waiting: waiting)
      return try Channel<Frame>.create(.link, over: .vec, properties, in: &arena).link()
    } catch {
      throw .outOfMemory
    }
  }
}
