public import Streams

/// A row of a marble table: sources, what is made of them, and what should come out.
///
///     row("a-b-c|", "A-B-C|") { $0.map { Character($0.uppercased()) } }
///
/// A row is read in each tick and again only at the stream's own deadlines, and both must give what is expected: then
/// the deadlines are never late. Slow readers read it too: what it then keeps must be within its demand.
public struct MarbleRow {
  public var complaints: [String] = []
  public let file: StaticString
  public let line: UInt

  init(
    _ expected: String, _ file: StaticString, _ line: UInt, _ pace: MarblePace?,
    _ read: (MarblePace) -> MarbleReader
  ) {
    (self.file, self.line) = (file, line)
    for next in MarblePace.allCases {
      let reader = read(next)
      complaints += reader.complaints.map { "\(next): \($0)" }
      if reader.population.alive != 0 { complaints.append("\(next): \(reader.population.alive) leaked") }
      let isChecked = pace.map { $0 == next } ?? (next == .everyTick || next == .atDeadlines)
      let (found, wanted) = (reader.transcript.text, MarbleScript(expected).text)
      if isChecked, found != wanted { complaints.append("\(next): \(found) instead of \(wanted)") }
    }
  }
}

/// Makes rows whose sources have messages of one type.
public struct MarbleRows<Message: MarbleMessage & ~Copyable>: Sendable {
  /// One source.
  ///
  /// - Parameter pace: the reader whose transcript is expected; by default the fast ones, which must agree.
  public func callAsFunction<Made: Streams.Stream & ~Copyable>(
    _ source: String, _ expected: String, balance: MarbleBalance = .each, pace: MarblePace? = nil,
    ticks: Int = 100, file: StaticString = #filePath, line: UInt = #line,
    _ make: (consuming MarbleSource<Message>) -> Made
  ) -> MarbleRow where Made.Message: MarbleText {
    MarbleRow(expected, file, line, pace) { pace in
      let (probe, population) = (MarbleProbe(), MarblePopulation())
      var reader = MarbleReader([probe], population, balance)
      reader.read(make(MarbleSource(source, probe, population)), pace, ticks: ticks)
      return reader
    }
  }

  /// Two sources.
  public func callAsFunction<Made: Streams.Stream & ~Copyable>(
    _ first: String, _ second: String, _ expected: String, balance: MarbleBalance = .each,
    pace: MarblePace? = nil, ticks: Int = 100, file: StaticString = #filePath, line: UInt = #line,
    _ make: (consuming MarbleSource<Message>, consuming MarbleSource<Message>) -> Made
  ) -> MarbleRow where Made.Message: MarbleText {
    MarbleRow(expected, file, line, pace) { pace in
      let (probes, population) = ([MarbleProbe(), MarbleProbe()], MarblePopulation())
      var reader = MarbleReader(probes, population, balance)
      let made = make(
        MarbleSource(first, probes[0], population), MarbleSource(second, probes[1], population))
      reader.read(made, pace, ticks: ticks)
      return reader
    }
  }

  /// Three sources.
  public func callAsFunction<Made: Streams.Stream & ~Copyable>(
    _ first: String, _ second: String, _ third: String, _ expected: String,
    balance: MarbleBalance = .each, pace: MarblePace? = nil, ticks: Int = 100,
    file: StaticString = #filePath, line: UInt = #line,
    _ make: (
      consuming MarbleSource<Message>, consuming MarbleSource<Message>, consuming MarbleSource<Message>
    ) -> Made
  ) -> MarbleRow where Made.Message: MarbleText {
    MarbleRow(expected, file, line, pace) { pace in
      let (probes, population) = ([MarbleProbe(), MarbleProbe(), MarbleProbe()], MarblePopulation())
      var reader = MarbleReader(probes, population, balance)
      let made = make(
        MarbleSource(first, probes[0], population), MarbleSource(second, probes[1], population),
        MarbleSource(third, probes[2], population))
      reader.read(made, pace, ticks: ticks)
      return reader
    }
  }
}

/// Makes rows of characters.
public let row = MarbleRows<Character>()
/// Makes rows of numbers.
public let numberRow = MarbleRows<Int>()
/// Makes rows of marbles, which cannot be copied, and are counted.
public let marbleRow = MarbleRows<Marble>()
