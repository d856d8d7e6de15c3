public import Streams

/// What a marble source can hand out.
public protocol MarbleMessage: MarbleText, ~Copyable {
  static func make(_ symbol: Character, of population: MarblePopulation) -> Self
}

/// What a marble transcript can show: one symbol for each message of the sources that is in it.
public protocol MarbleText: ~Copyable {
  consuming func marbleText() -> String
}

/// Counts marbles, which know when they come and go.
public final class MarblePopulation {
  public fileprivate(set) var alive = 0
  public init() {}
}

/// A message that cannot be copied and is counted: what is lost or kept shows.
public struct Marble: MarbleMessage, ~Copyable {
  public let symbol: Character
  private let population: MarblePopulation

  public init(_ symbol: Character, of population: MarblePopulation) {
    self.symbol = symbol
    self.population = population
    population.alive += 1
  }

  deinit { population.alive -= 1 }

  public static func make(_ symbol: Character, of population: MarblePopulation) -> Marble {
    Marble(symbol, of: population)
  }

  public consuming func marbleText() -> String { String(symbol) }
}

extension Character: MarbleMessage {
  public static func make(_ symbol: Character, of population: MarblePopulation) -> Character { symbol }
  public consuming func marbleText() -> String { String(self) }
}

/// The digits and then the letters: `0` is 0 and `z` is 35.
extension Int: MarbleMessage {
  public static func make(_ symbol: Character, of population: MarblePopulation) -> Int {
    Int(String(symbol), radix: 36) ?? 0
  }

  public consuming func marbleText() -> String { String(self, radix: 36) }
}

extension String: MarbleText {
  public consuming func marbleText() -> String { self }
}

extension InlineList: MarbleText where Message: MarbleText & ~Copyable {
  public consuming func marbleText() -> String {
    var text = ""
    while let message = head() { text += message.marbleText() }
    return text
  }
}
