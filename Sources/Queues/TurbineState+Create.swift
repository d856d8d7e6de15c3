import Buffers

extension TurbineState where Message: ~Copyable, Word: ~Copyable {
  static func create(
    _ properties: QueueProperties, _ plan: TurbinePlan, producerCount: Int, isShared: Bool,
    in arena: inout Arena, make: (_ index: Int) -> Message
  ) throws(QueueError) -> Self {
    try properties.check()
    if case .dropOldest = properties.overflow { throw .cannotDropOldest }
    guard 1...TurbinePlan.largestConsumerCount ~= plan.consumerCount else {
      throw .endsOutOfRange(plan.consumerCount)
    }
    guard 1...TurbinePlan.largestProducerCount ~= producerCount else { throw .endsOutOfRange(producerCount) }
    do throws(ArenaError) {
      return try Self(
        properties, plan, producerCount: producerCount, isShared: isShared, in: &arena, make: make)
    } catch {
      throw QueueError(error)
    }
  }
}
