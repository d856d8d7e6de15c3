public import Buffers

/// Work is shared: one producer, many consumers, each message goes to one of them.
public struct ShareDriver: Sendable { public static var share: ShareDriver { ShareDriver() } }
/// A fixed ring whose places carry their own sequence numbers: the soonest to arrive.
public struct LatencyVecBackend: Sendable {
  public static var latencyVec: LatencyVecBackend { LatencyVecBackend() }
}
/// A fixed ring that overwrites its oldest messages and never makes the producer wait.
public struct OverwritingVecBackend: Sendable {
  public static var overwritingVec: OverwritingVecBackend { OverwritingVecBackend() }
}

extension Channel where Message: ~Copyable {
  public static func create(
    _ driver: LinkDriver, over backend: VecBackend, _ properties: QueueProperties, in arena: inout Arena
  ) throws(QueueError) -> VecLink<Message, HardwareWord> {
    try VecLink(properties, in: &arena)
  }

  public static func create(
    _ driver: LinkDriver, over backend: LatencyVecBackend, _ properties: QueueProperties,
    in arena: inout Arena
  ) throws(QueueError) -> LatencyLink<Message, HardwareWord> {
    try LatencyLink(properties, in: &arena)
  }

  /// - Parameter producers: how many there can be, 1 to 64, with a ring of `properties.capacity` each.
  public static func create(
    _ driver: SubDriver, over backend: VecBackend, producers: Int, _ properties: QueueProperties,
    in arena: inout Arena
  ) throws(QueueError) -> VecSub<Message, HardwareWord> {
    try VecSub(producers: producers, properties, in: &arena)
  }
}

extension Channel {
  /// - Parameter consumers: how many there can be at a time, 1 to 64; each sees every message.
  public static func create(
    _ driver: PubDriver, over backend: VecBackend, consumers: Int, _ properties: QueueProperties,
    in arena: inout Arena
  ) throws(QueueError) -> VecPub<Message, HardwareWord> {
    try VecPub(consumers: consumers, properties, in: &arena)
  }
}

extension Channel where Message: ~Copyable {
  /// - Parameter consumers: how many there can be at a time, 1 to 64; each message goes to one of them.
  public static func create(
    _ driver: ShareDriver, over backend: VecBackend, consumers: Int, _ properties: QueueProperties,
    in arena: inout Arena
  ) throws(QueueError) -> VecShare<Message, HardwareWord> {
    try VecShare(consumers: consumers, properties, in: &arena)
  }
}

extension Channel where Message: BitwiseCopyable {
  /// The properties must say `dropOldest` and no watermarks.
  public static func create(
    _ driver: LinkDriver, over backend: OverwritingVecBackend, _ properties: QueueProperties,
    in arena: inout Arena
  ) throws(QueueError) -> OverwritingLink<Message, HardwareWord> {
    try OverwritingLink(properties, in: &arena)
  }

  /// The properties must say `dropOldest` and no watermarks.
  ///
  /// - Parameter consumers: how many there can be at a time, 1 to 64; each sees every message it is fast enough for.
  public static func create(
    _ driver: PubDriver, over backend: OverwritingVecBackend, consumers: Int, _ properties: QueueProperties,
    in arena: inout Arena
  ) throws(QueueError) -> OverwritingPub<Message, HardwareWord> {
    try OverwritingPub(consumers: consumers, properties, in: &arena)
  }
}
