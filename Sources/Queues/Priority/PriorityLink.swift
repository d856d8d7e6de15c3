public import Buffers

/// A link with priorities: one producer, one consumer, and a ring of its own for each class.
///
/// The producer names a message's class; the consumer picks among the classes, strictly or by weight. Messages of one
/// class keep their order. Each class has the whole capacity for itself, so that a flood of one cannot take another's
/// room. A push is O(1) and wait-free; a poll is wait-free and looks at each class at most once, at the one whose turn
/// it is twice.
public struct PriorityLink<Message: ~Copyable, Word: SharedWord & ~Copyable>: ~Copyable {
  private let consumers: Slots<VecLinkConsumer<Message, Word>, HardwareWord>
  private let producers: Slots<VecLinkProducer<Message, Word>, HardwareWord>
  private let classes: PriorityClasses

  /// - Parameter properties: of each class; the overflow policy is not `dropOldest`.
  ///
  /// Context: boot.
  public init(
    _ properties: QueueProperties, classes: PriorityClasses, in arena: inout Arena
  ) throws(QueueError) {
    try classes.check()
    try properties.checkWaiting()
    let consumers = try Slots<VecLinkConsumer<Message, Word>, HardwareWord>.places(of: classes, in: &arena)
    let producers = try Slots<VecLinkProducer<Message, Word>, HardwareWord>.places(of: classes, in: &arena)
    do throws(ArenaError) {
      let sleepers = try Sleepers<Word>(count: 1, properties.waiting, in: &arena)
      for index in 0..<UInt64(classes.count) {
        let ends = try VecLink<Message, Word>(properties, sleepers, in: &arena).link()
        consumers.put(ends.consumer, at: index)
        producers.put(ends.producer, at: index)
      }
    } catch {
      throw QueueError(error)
    }
    self.consumers = consumers
    self.producers = producers
    self.classes = classes
  }

  /// The two ends. The link itself is gone then, so there cannot be a second producer.
  public consuming func link() -> Ends {
    Ends(
      producer: PriorityProducer(producers, count: classes.count),
      consumer: PriorityConsumer(consumers, classes))
  }

  /// Both ends of a link, each to be moved to where it is used.
  @frozen public struct Ends: ~Copyable {
    public var producer: PriorityProducer<VecLinkProducer<Message, Word>>
    public var consumer: PriorityConsumer<VecLinkConsumer<Message, Word>>
  }
}

extension Slots where Message: ~Copyable, Word == HardwareWord {
  /// Places for the ends of all classes, each end for one core alone. An `InlineArray` would not do: the image's
  /// compiler cannot destroy one whose elements have a deinit.
  static func places(of classes: PriorityClasses, in arena: inout Arena) throws(QueueError) -> Slots {
    do throws(ArenaError) {
      return try Slots(capacity: classes.count, in: &arena)
    } catch {
      throw QueueError(error)
    }
  }
}
