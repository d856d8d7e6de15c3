public import Streams
public import Timing

/// One source, many readers: moves a stream's messages into a queue, whose consumers read them, on any core.
///
/// A task of its own polls it. It stops taking from the source when the queue has no room, so the slowest reader of a
/// queue that refuses holds the source back. With a queue that drops the oldest, nobody does, and slow readers lose.
/// At the source's end or failure the producer is given up: the readers end when they have taken everything.
public struct Share<Source: Streams.Stream & ~Copyable, Sink: Producer & ~Copyable>: Future, ~Copyable
where Source.Message == Sink.Message {
  public typealias Message = Never
  public typealias Failure = Source.Failure

  private var source: Source
  private var sink: Sink?
  /// A message that found no room: the only one held here.
  private var refused: Source.Message?

  init(_ source: consuming Source, into sink: consuming Sink) {
    self.source = source
    self.sink = consume sink
    refused = nil
  }

  /// Messages moved into the queue so far.
  public private(set) var movedCount: UInt64 = 0

  /// Moves what is ready and finds room. Pending when the source has nothing or the queue is full: which of them, says
  /// `isHeldBack`.
  public mutating func poll(at now: Instant) -> Poll<Never, Source.Failure> {
    guard sink != nil else { return .ended }
    if let message = refused.take() {
      if let again = offer(message) {
        refused = consume again
        return .pending
      }
    }
    while true {
      switch source.poll(at: now) {
      case .ready(let message):
        guard let again = offer(message) else { continue }
        refused = consume again
        return .pending
      case .failed(let failure):
        sink = nil
        return .failed(failure)
      case .ended:
        sink = nil
        return .ended
      case .pending: return .pending
      }
    }
  }

  /// Whether a message waits for room in the queue: then it is a reader who has to wake this task, not the source.
  public var isHeldBack: Bool { refused != nil }

  public var nextDeadline: Instant { isHeldBack ? .never : source.nextDeadline }

  private mutating func offer(_ message: consuming Source.Message) -> Source.Message? {
    let back = sink!.push(message)
    if back == nil { movedCount &+= 1 }
    return back
  }
}

extension Streams.Stream where Self: ~Copyable {
  /// Lets many read this stream, each through a consumer of the queue that `sink` produces into. Holds one message.
  public consuming func share<Sink: Producer & ~Copyable>(into sink: consuming Sink) -> Share<Self, Sink>
  where Sink.Message == Message {
    Share(self, into: sink)
  }
}
