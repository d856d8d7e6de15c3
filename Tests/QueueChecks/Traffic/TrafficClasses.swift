import Queues
import Streams
import Timing

/// A priority link's producer as any other: the class of a number is its stream.
struct ClassProducer: Producer, Sendable, ~Copyable {
  private var end: PriorityProducer<VecLinkProducer<UInt64, HardwareWord>>
  let capacity: Int

  init(_ end: consuming PriorityProducer<VecLinkProducer<UInt64, HardwareWord>>) {
    capacity = end.capacity
    self.end = end
  }

  var droppedCount: UInt64 { end.droppedCount }
  var hasConsumers: Bool { true }

  mutating func push(_ message: UInt64) -> UInt64? {
    end.push(message, class: TrafficNumbers.stream(of: message))
  }
}

/// A priority link's consumer as any other.
struct ClassConsumer: SleepingConsumer, Sendable, ~Copyable {
  private var end: PriorityConsumer<VecLinkConsumer<UInt64, HardwareWord>>

  init(_ end: consuming PriorityConsumer<VecLinkConsumer<UInt64, HardwareWord>>) { self.end = end }

  var capacity: Int { end.capacity }
  mutating func poll(at now: Instant) -> Poll<UInt64, Never> { end.poll(at: now) }
  mutating func armWakeup() -> Bool { end.armWakeup() }
}
