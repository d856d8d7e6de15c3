public import Timing

/// The messages of the streams that a function makes of messages, at most `limit` of these streams at once.
public struct FlatMap<let limit: Int, Source: Stream & ~Copyable, Inner: Stream & ~Copyable>: Stream,
  ~Copyable
where Source.Failure == Inner.Failure {
  public typealias Message = Inner.Message
  public typealias Failure = Source.Failure
  private var source: Leg<Source>
  private var places: InlineArray<limit, Inner?>
  private var openCount = 0
  /// The place that is asked first.
  private var turn = 0
  private let transform: (consuming Source.Message) -> Inner

  init(_ source: consuming Source, _ transform: @escaping (consuming Source.Message) -> Inner) {
    precondition(limit > 0, "no stream could ever be open")
    self.source = Leg(source)
    self.transform = transform
    places = InlineArray { _ in nil }
  }

  public mutating func poll(at now: Instant) -> Poll<Inner.Message, Source.Failure> {
    while true {
      if let failure = open(now) { return .failed(failure) }
      let count = openCount
      if let answer = takeInTurn(now) { return answer }
      // A stream that has ended leaves its place to the next.
      if openCount == count || !source.isOpen { break }
    }
    return openCount == 0 && !source.isOpen ? .ended : .pending
  }

  /// Makes streams of what the source has, as long as there is a place.
  private mutating func open(_ now: Instant) -> Source.Failure? {
    while openCount < limit {
      switch source.take(at: now) {
      case .ready(let message)?: place(transform(message))
      case .failed(let failure)?: return failure
      default: return nil
      }
    }
    return nil
  }

  private mutating func place(_ stream: consuming Inner) {
    var index = 0
    while places[index] != nil { index &+= 1 }
    places[index] = consume stream
    openCount &+= 1
  }

  /// Asks each open stream once; the one behind the one that answers is next.
  private mutating func takeInTurn(_ now: Instant) -> Poll<Inner.Message, Source.Failure>? {
    for step in 0..<limit {
      let index = turn < limit &- step ? turn &+ step : turn &+ step &- limit
      guard let answer = take(from: index, now) else { continue }
      turn = index &+ 1 == limit ? 0 : index &+ 1
      return answer
    }
    return nil
  }

  private mutating func take(from index: Int, _ now: Instant) -> Poll<Inner.Message, Source.Failure>? {
    switch places[index]?.poll(at: now) {
    case .ready(let message)?: return .ready(message)
    case .failed(let failure)?: return .failed(failure)
    case .ended?:
      places[index] = nil
      openCount &-= 1
      return nil
    default: return nil
    }
  }

  public var nextDeadline: Instant {
    var deadline = openCount < limit ? source.nextDeadline : .never
    for index in 0..<limit {
      deadline = min(deadline, places[index].nextDeadline)
    }
    return deadline
  }

  public var demand: Int {
    var demand = source.source.demand + limit
    for index in 0..<limit { demand += places[index].demand }
    return demand
  }
}

extension Optional where Wrapped: Stream & ~Copyable {
  fileprivate var demand: Int {
    switch self {
    case .some(let stream): stream.demand
    case nil: 0
    }
  }
}

extension Stream where Self: ~Copyable {
  /// The messages of the streams that `transform` makes of these messages, in turn while several are ready. Each
  /// stream keeps its order.
  ///
  ///     files.flatMap(atOnce: Limit<4>()) { $0.blocks() }
  ///
  /// Takes a message when one of the places of the limit is free, and makes a stream of it at once: a demand of the
  /// limit, and of what these streams take. A failure of one of them, or of this one, is handed on and leaves the others
  /// alone. Ends when this stream and all made of it have ended. Complexity: O(limit) a poll, and for each empty stream
  /// that comes in between.
  public consuming func flatMap<let count: Int, Inner: Stream & ~Copyable>(
    atOnce limit: Limit<count>, _ transform: @escaping (consuming Message) -> Inner
  ) -> FlatMap<count, Self, Inner> where Inner.Failure == Failure {
    FlatMap(self, transform)
  }
}
