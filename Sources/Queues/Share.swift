public import Streams
public import Timing

/// One source, many readers: moves a stream's messages into a queue, whose consumers read them, on any core.
///
/// A task of its own polls it. It stops taking from the source when the queue has no room, so the slowest reader of a
/// queue that refuses holds the source back. With a queue that drops the oldest, nobody does, and slow readers lose.
/// At the source's end or failure the producer is given up: the readers end when they have taken everything. When a
/// message finds no room and no reader is left, sharing ends, and the message is dropped with the source.
public struct Share<Source: Streams.Stream & ~Copyable, Sink: Producer & ~Copyable>: Future, ~Copyable
where Source.Message == Sink.Message {
  public typealias Message = Never
  public typealias Failure = Source.Failure

  private var source: Source
  private var sink: Sink?
  /// A message that found no room: the only one held here.
  private var refused: Source.Message?
  /// Whether the last poll moved as much as it may, so that the source may have more.
  private var isBusy = false

  init(_ source: consuming Source, into sink: consuming Sink) {
    self.source = source
    self.sink = consume sink
    refused = nil
  }

  /// Messages moved into the queue so far.
  public private(set) var movedCount: UInt64 = 0

  /// Moves what is ready and finds room, at most one more than the queue holds. Pending when the source has nothing or
  /// the queue is full: which of them, says `isHeldBack`.
  public mutating func poll(at now: Instant) -> Poll<Never, Source.Failure> {
    guard sink != nil else { return .ended }
    isBusy = false
    if let message = refused.take(), !offer(message) { return holdBack() }
    for _ in 0...budget {
      switch source.poll(at: now) {
      case .ready(let message): if !offer(message) { return holdBack() }
      case .failed(let failure):
        sink = nil
        return .failed(failure)
      case .ended:
        sink = nil
        return .ended
      case .pending: return .pending
      }
    }
    isBusy = true
    return .pending
  }

  /// Whether a message waits for room in the queue: then it is a reader who has to wake this task, not the source.
  public var isHeldBack: Bool { refused != nil }

  /// In the past, that is at once, when the last poll moved as much as it may.
  public var nextDeadline: Instant { isHeldBack ? .never : isBusy ? .zero : source.nextDeadline }

  /// Whether the queue took the message; it is held when not.
  private mutating func offer(_ message: consuming Source.Message) -> Bool {
    if let back = sink!.push(message) {
      refused = consume back
      return false
    }
    movedCount &+= 1
    return true
  }

  private var budget: Int {
    switch sink {
    case .some(let producer): producer.capacity
    case .none: 0
    }
  }

  private var hasReaders: Bool {
    switch sink {
    case .some(let producer): producer.hasConsumers
    case .none: false
    }
  }

  private mutating func holdBack() -> Poll<Never, Source.Failure> {
    guard !hasReaders else { return .pending }
    sink = nil
    return .ended
  }
}

extension Streams.Stream where Self: ~Copyable {
  /// Lets many read this stream, each through a consumer of the queue that `sink` produces into. Holds one message.
  public consuming func share<Sink: Producer & ~Copyable>(into sink: consuming Sink) -> Share<Self, Sink>
  where Sink.Message == Message {
    Share(self, into: sink)
  }
}
