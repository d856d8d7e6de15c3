public import Buffers

extension Channel where Message: ~Copyable {
  /// A link with priority classes, strict or by weight; `properties` are those of each class.
  public static func create(
    _ driver: LinkDriver, over backend: VecBackend, _ properties: QueueProperties, classes: PriorityClasses,
    in arena: inout Arena
  ) throws(QueueError) -> PriorityLink<Message, HardwareWord> {
    try PriorityLink(properties, classes: classes, in: &arena)
  }

  /// Circular buffers with priority classes, strict or by weight; `properties` are those of each class.
  public static func create(
    _ driver: LocalDriver, over backend: VecBackend, _ properties: QueueProperties, classes: PriorityClasses,
    in arena: inout Arena
  ) throws(QueueError) -> PriorityConsumer<RingBuffer<Message>> {
    try classes.check()
    let ends = try Slots<RingBuffer<Message>, HardwareWord>.places(of: classes, in: &arena)
    for index in 0..<UInt64(classes.count) {
      ends.put(try RingBuffer(properties, in: &arena), at: index)
    }
    return PriorityConsumer(ends, classes)
  }
}
