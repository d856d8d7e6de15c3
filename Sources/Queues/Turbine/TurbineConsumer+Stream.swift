public import Streams
public import Timing

extension TurbineConsumer: Future, Stream, Discipline, Consumer where Word: ~Copyable {
  public typealias Failure = Never
  public typealias Work = Message

  /// Takes a copy of the next message.
  @inline(__always)
  public mutating func poll(at now: Instant) -> Poll<Message, Never> {
    if position == limit, !lookFurther(), !lookAround(upTo: state.batch) {
      return hasEnded ? .ended : .pending
    }
    let message = slots[position]
    advance(to: position &+ 1)
    return .ready(message)
  }
}
