import Streams
import TestSupport
import Timing

/// What a scripted future does when it is polled.
enum Answer: CaseIterable {
  case ready, pending, failed, ended
}

/// A future that always does the same, is counted, and cannot be copied: what is lost, kept or polled shows.
struct Scripted: Streams.Future, ~Copyable {
  private let answer: Answer
  private let census: Census
  private let symbol: Character
  let nextDeadline: Instant

  init(_ answer: Answer, _ symbol: Character = "a", due: Instant = .never, in census: Census) {
    (self.answer, self.symbol, self.census, nextDeadline) = (answer, symbol, census, due)
    census.futures += 1
  }

  deinit { census.futures -= 1 }

  mutating func poll(at now: Instant) -> Poll<Marble, MarbleFailure> {
    census.polls.append(symbol)
    switch answer {
    case .ready: return .ready(Marble(symbol, of: census.population))
    case .pending: return .pending
    case .failed: return .failed(MarbleFailure())
    case .ended: return .ended
    }
  }
}

/// Counts what scripted futures make and leave behind.
final class Census {
  fileprivate(set) var futures = 0
  /// Which were polled, in order.
  fileprivate(set) var polls: [Character] = []
  let population = MarblePopulation()

  /// Futures and messages alive.
  var alive: Int { futures + population.alive }
}

/// The symbols of a message, and the names of failures, with the side or place they came from.
func side<First: MarbleText & ~Copyable, Second: MarbleText & ~Copyable, F, S>(
  _ poll: consuming Poll<Either<First, Second>, Either<F, S>>
) -> String {
  switch consume poll {
  case .ready(.first(let message)): "first \(message.marbleText())"
  case .ready(.second(let message)): "second \(message.marbleText())"
  case .failed(.first): "first failed"
  case .failed(.second): "second failed"
  case .ended: "ended"
  case .pending: "pending"
  }
}

func pair<First: MarbleText & ~Copyable, Second: MarbleText & ~Copyable, F, S>(
  _ poll: consuming Poll<Pair<First, Second>, Either<F, S>>
) -> String {
  switch consume poll {
  case .ready(let pair): pair.marbleText()
  case .failed(.first): "first failed"
  case .failed(.second): "second failed"
  case .ended: "ended"
  case .pending: "pending"
  }
}

func place<Message: MarbleText & ~Copyable, Failure>(
  _ poll: consuming Poll<Indexed<Message>, Indexed<Failure>>
) -> String {
  switch consume poll {
  case .ready(let winner): "\(winner.index) \(winner.value.marbleText())"
  case .failed(let winner): "\(winner.index) failed"
  case .ended: "ended"
  case .pending: "pending"
  }
}

/// A future read as the stream of its one message, so that marble readers can read it. It may keep `demand` messages.
struct AsStream<Source: Streams.Future & ~Copyable>: Streams.Stream, ~Copyable {
  typealias Message = Source.Message
  typealias Failure = Source.Failure
  private var source: Source
  let demand: Int

  init(_ source: consuming Source, demand: Int = 0) {
    self.source = source
    self.demand = demand
  }

  mutating func poll(at now: Instant) -> Poll<Source.Message, Source.Failure> { source.poll(at: now) }
  var nextDeadline: Instant { source.nextDeadline }
}

/// A stream of which only a future is seen.
struct AsFuture<Source: Streams.Future & ~Copyable>: Streams.Future, ~Copyable {
  typealias Message = Source.Message
  typealias Failure = Source.Failure
  private var source: Source

  init(_ source: consuming Source) { self.source = source }

  mutating func poll(at now: Instant) -> Poll<Source.Message, Source.Failure> { source.poll(at: now) }
  var nextDeadline: Instant { source.nextDeadline }
}
