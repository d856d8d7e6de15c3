public import Streams
public import Timing

/// The failure that `#` stands for.
public struct MarbleFailure: Error, Equatable {
  public init() {}
}

/// What happened to a source, to be asked while the source is inside an operator.
public final class MarbleProbe {
  public fileprivate(set) var polls = 0
  /// Messages handed out.
  public fileprivate(set) var taken = 0
  public fileprivate(set) var hasEnded = false
  /// Whether a poll came from earlier than the one before.
  public fileprivate(set) var hasGoneBack = false
  public init() {}
}

/// Plays a marble script in virtual time: hands out what is due, one at a poll and in order, and knows when the next
/// is due.
public struct MarbleSource<Message: MarbleMessage & ~Copyable>: Streams.Stream, ~Copyable {
  private let events: [(due: Instant, event: MarbleScript.Event)]
  private let probe: MarbleProbe
  private let population: MarblePopulation
  private var next = 0
  private var latest = Instant.zero

  public init(
    _ script: String, _ probe: MarbleProbe = MarbleProbe(),
    _ population: MarblePopulation = MarblePopulation()
  ) {
    events = MarbleScript(script).ticks.enumerated().flatMap { number, events in
      events.map { (MarbleScript.instant(ofTick: number), $0) }
    }
    self.probe = probe
    self.population = population
  }

  public mutating func poll(at now: Instant) -> Poll<Message, MarbleFailure> {
    probe.polls += 1
    if now < latest { probe.hasGoneBack = true }
    latest = now
    guard next < events.count, events[next].due <= now else { return .pending }
    switch events[next].event {
    case .end:
      probe.hasEnded = true
      return .ended
    case .failure, .otherFailure:
      next += 1
      return .failed(MarbleFailure())
    case .message(let text):
      next += 1
      probe.taken += 1
      return .ready(.make(text.first!, of: population))
    }
  }

  public var nextDeadline: Instant { next < events.count ? events[next].due : .never }
}
