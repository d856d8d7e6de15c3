public import Timing

/// Messages of a stream or future that is made anew when it fails, after a wait that grows with each failure in a row.
///
/// A factory makes each attempt: a function without captures that is given the context, the one place for what it needs
/// and what it wants to count, so that it works without a heap. The first attempt is made by the first poll, and a
/// failed one is dropped at once, with whatever it still held. After `limit` attempts in a row without a message the
/// last failure is handed on; asking again starts over. A message makes the next failure the first again. The end is
/// handed on as it comes.
///
/// A wait counts from the poll that met the failure, and each poll makes one attempt at most: a slow reader tries less
/// often, and a far jump of time is one attempt.
public struct Retry<Context: ~Copyable, Source: Future & ~Copyable>: Future, ~Copyable {
  public typealias Message = Source.Message
  public typealias Failure = Source.Failure
  private var context: Context
  private let make: (inout Context) -> Source
  private let limit: Int
  private let backoff: Backoff
  private var attempt: Source?
  private var failures = 0
  private var due = Instant.zero

  /// - Parameters:
  ///   - limit: the most attempts in a row without a message, at least 1; with 1 nothing is tried again.
  ///   - make: makes an attempt; without captures where there is no heap.
  public init(
    limit: Int, backoff: Backoff, context: consuming Context, make: @escaping (inout Context) -> Source
  ) {
    precondition(limit >= 1, "the first attempt counts")
    self.context = context
    self.make = make
    self.limit = limit
    self.backoff = backoff
  }

  public mutating func poll(at now: Instant) -> Poll<Source.Message, Source.Failure> {
    if attempt == nil {
      guard now >= due else { return .pending }
      attempt = make(&context)
    }
    switch attempt!.poll(at: now) {
    case .ready(let message):
      failures = 0
      return .ready(message)
    case .failed(let failure): return fail(failure, at: now)
    case .ended: return .ended
    case .pending: return .pending
    }
  }

  private mutating func fail(_ failure: Source.Failure, at now: Instant) -> Poll<
    Source.Message, Source.Failure
  > {
    attempt = nil
    failures += 1
    guard failures < limit else {
      failures = 0
      due = now
      return .failed(failure)
    }
    due = now + backoff.delay(afterFailures: failures)
    return .pending
  }

  public var nextDeadline: Instant {
    switch attempt {
    case .some(let current): current.nextDeadline
    case .none: due
    }
  }
}

extension Retry: Stream where Source: Stream & ~Copyable, Context: ~Copyable {
  public var demand: Int {
    switch attempt {
    case .some(let current): current.demand
    case .none: 0
    }
  }
}
