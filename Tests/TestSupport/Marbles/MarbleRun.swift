public import Streams
import Timing

/// A random script, the ticks in which its reader polls, and two small numbers for the operator under test.
public struct MarbleRun {
  public let script: MarbleScript
  /// The ticks in which the reader polls, rising.
  public let polls: [Int]
  /// Ticks, 1 to 6.
  public let time: Int
  /// 1 to 4.
  public let count: Int
  public let probe = MarbleProbe()
  public let population = MarblePopulation()

  /// - Parameter isPrompt: whether the reader polls in each tick; otherwise now and then, with far jumps.
  public init(isPrompt: Bool, _ random: inout SeededRandom) {
    var script = MarbleScript()
    let length = Int.random(in: 0...40, using: &random)
    let density = Int.random(in: 1...9, using: &random)
    for tick in 0..<length where Int.random(in: 0..<10, using: &random) < density {
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        let symbol = "abcdefghijklmnopqrstuvwxyz".randomElement(using: &random)!
        let fails = Int.random(in: 0..<12, using: &random) == 0
        script.note(fails ? .failure : .message(String(symbol)), at: MarbleScript.instant(ofTick: tick))
      }
    }
    if length % 8 != 0 { script.note(.end, at: MarbleScript.instant(ofTick: length)) }
    self.script = script
    polls = Self.polls(isPrompt: isPrompt, &random)
    time = Int.random(in: 1...6, using: &random)
    count = Int.random(in: 1...4, using: &random)
  }

  private static func polls(isPrompt: Bool, _ random: inout SeededRandom) -> [Int] {
    guard !isPrompt else { return [Int](0...horizon) }
    let longest = Int.random(in: 1...9, using: &random)
    var polls: [Int] = []
    var tick = Int.random(in: 0...3, using: &random)
    while tick <= horizon {
      polls.append(tick)
      let jumps = Int.random(in: 0..<20, using: &random) == 0
      tick += jumps ? 30 : Int.random(in: 1...longest, using: &random)
    }
    return polls
  }

  /// Long enough for what a script leaves behind.
  public static var horizon: Int { 200 }

  /// The events of the script in order, with their ticks.
  public var events: [(tick: Int, event: MarbleScript.Event)] {
    script.ticks.enumerated().flatMap { tick, events in events.map { (tick, $0) } }
  }

  /// The events, each with the tick of the poll that meets it when the reader takes all that is there.
  public var arrivals: [(poll: Int, event: MarbleScript.Event)] {
    events.compactMap { tick, event in poll(notBefore: tick).map { ($0, event) } }
  }

  /// The tick of the first poll that is not before `tick`.
  public func poll(notBefore tick: Int) -> Int? { polls.first { $0 >= tick } }

  /// The script as a source.
  public func source() -> MarbleSource<Marble> { MarbleSource(script.text, probe, population) }
}

extension MarbleRun {
  /// Compares what comes out of random scripts with what a model says should, in thousands of runs: with a reader that
  /// polls in each tick, one that polls only at deadlines, and one that polls at random.
  ///
  /// - Returns: the first disagreement, with its seed.
  public static func disagreement<Made: Streams.Stream & ~Copyable>(
    runs: Int, seed: UInt64? = nil, model: (MarbleRun) -> MarbleScript, make: (MarbleRun) -> Made
  ) -> String? where Made.Message: MarbleText {
    var random = SeededRandom(seed: seed)
    for number in 0..<runs {
      let run = MarbleRun(isPrompt: number % 3 != 0, &random)
      var reader = MarbleReader([run.probe], run.population, .some)
      switch number % 3 {
      case 0, 1: reader.read(make(run), inTicks: run.polls)
      default: reader.read(make(run), .atDeadlines, ticks: horizon)
      }
      let (found, wanted) = (reader.transcript.text, model(run).text)
      let complaints = reader.complaints + (run.population.alive == 0 ? [] : ["leaked"])
      if found == wanted && complaints.isEmpty { continue }
      return """
        \(run.script.text), time \(run.time), count \(run.count), polls \(run.polls.prefix(60)): \
        \(found) instead of \(wanted) \(complaints) SEED=\(random.seed)
        """
    }
    return nil
  }
}
