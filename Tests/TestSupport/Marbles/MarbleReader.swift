public import Streams
import Timing

/// How a reader polls.
public enum MarblePace: CaseIterable {
  /// In each tick, until nothing is ready.
  case everyTick
  /// Only when the stream's own deadline says so, until nothing is ready.
  case atDeadlines
  /// One message in every third tick.
  case slowly
  /// Up to three messages in every eighth tick.
  case inBursts

  fileprivate var period: Duration {
    let ticks: UInt64 =
      switch self {
      case .everyTick, .atDeadlines: 1
      case .slowly: 3
      case .inBursts: 8
      }
    return Duration(nanoseconds: ticks * MarbleScript.tick.nanoseconds)
  }

  /// Messages in one tick that nobody would write down.
  fileprivate static var endless: Int { 200 }

  fileprivate var limit: Int {
    switch self {
    case .everyTick, .atDeadlines: Self.endless
    case .slowly: 1
    case .inBursts: 3
    }
  }
}

/// How the messages that a stream took from its sources come out of it.
public enum MarbleBalance {
  /// Each is shown by one symbol of what comes out: what was taken and is not out yet must be within the demand.
  case each
  /// Some never come out, or not as themselves: only marbles that cannot be copied are counted.
  case some
}

/// Reads a stream to its end in virtual time, writes down what comes, and complains.
public struct MarbleReader {
  public private(set) var transcript = MarbleScript()
  public private(set) var complaints: [String] = []
  public let probes: [MarbleProbe]
  public let population: MarblePopulation
  private let balance: MarbleBalance
  private var handedOn = 0

  public init(
    _ probes: [MarbleProbe], _ population: MarblePopulation, _ balance: MarbleBalance = .each
  ) {
    self.probes = probes
    self.population = population
    self.balance = balance
  }

  /// Reads until the stream ends, or `ticks` have passed, or nothing is due any more.
  public mutating func read<Source: Streams.Stream & ~Copyable>(
    _ stream: consuming Source, _ pace: MarblePace, ticks: Int = 100
  ) where Source.Message: MarbleText {
    var now = Instant.zero
    let horizon = MarbleScript.instant(ofTick: ticks)
    while now <= horizon {
      guard visit(&stream, pace, now) else { return checkTheEnd(&stream, now) }
      let deadline = pace == .atDeadlines ? stream.nextDeadline : now + pace.period
      guard let next = nextVisit(deadline, now) else { return }
      now = next
    }
  }

  /// Reads in the given ticks, in each until nothing is ready, and until the stream ends.
  public mutating func read<Source: Streams.Stream & ~Copyable>(
    _ stream: consuming Source, inTicks ticks: [Int]
  ) where Source.Message: MarbleText {
    for tick in ticks {
      let now = MarbleScript.instant(ofTick: tick)
      guard visit(&stream, .everyTick, now) else { return checkTheEnd(&stream, now) }
      _ = nextVisit(stream.nextDeadline, now)
    }
  }

  private static func event(_ failure: any Error) -> MarbleScript.Event {
    let inTime = failure as? TimeoutFailure<MarbleFailure>
    return failure is MarbleFailure || inTime == .source(MarbleFailure()) ? .failure : .otherFailure
  }

  /// Takes what there is; false when the stream has ended.
  private mutating func visit<Source: Streams.Stream & ~Copyable>(
    _ stream: inout Source, _ pace: MarblePace, _ now: Instant
  ) -> Bool where Source.Message: MarbleText {
    for _ in 0..<pace.limit {
      let answer = stream.poll(at: now)
      switch consume answer {
      case .ready(let message):
        let text = message.marbleText()
        handedOn += text.count
        transcript.note(.message(text), at: now)
      case .failed(let failure):
        transcript.note(Self.event(failure), at: now)
      case .ended:
        transcript.note(.end, at: now)
        return false
      case .pending:
        checkDemand(stream.demand, now)
        return true
      }
      checkDemand(stream.demand, now)
    }
    if pace.limit == MarblePace.endless { complain("never says pending", now) }
    return true
  }

  private mutating func nextVisit(_ deadline: Instant, _ now: Instant) -> Instant? {
    if deadline > now { return deadline == .never ? nil : deadline }
    complain("pending, but its deadline has passed", now)
    return nil
  }

  private mutating func checkDemand(_ demand: Int, _ now: Instant) {
    let taken = probes.reduce(0) { $0 + $1.taken }
    if balance == .each, taken - handedOn > demand {
      complain("took \(taken), handed on \(handedOn), demand \(demand)", now)
    }
    if population.alive > demand { complain("keeps \(population.alive), demand \(demand)", now) }
    if probes.contains(where: { $0.hasGoneBack }) { complain("turned the time back", now) }
  }

  /// What has ended stays so, and leaves its sources alone.
  private mutating func checkTheEnd<Source: Streams.Stream & ~Copyable>(
    _ stream: inout Source, _ now: Instant
  ) {
    let open = probes.filter { !$0.hasEnded }
    let polls = open.map { $0.polls }
    for _ in 0..<3 {
      if case .ended = stream.poll(at: now) { continue }
      complain("goes on after its end", now)
    }
    if open.map({ $0.polls }) != polls { complain("polls a source after its own end", now) }
  }

  private mutating func complain(_ text: String, _ now: Instant) {
    let complaint = "\(text) (tick \(now.nanoseconds / MarbleScript.tick.nanoseconds))"
    if complaints.count < 5 { complaints.append(complaint) }
  }
}
