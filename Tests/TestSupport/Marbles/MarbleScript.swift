public import Timing

/// A stream in virtual time, written down: `a-b--c|`.
///
/// Each character is one tick: a letter or digit is a message, `-` nothing new, `|` the end, `#` a failure (what stands
/// behind it still comes). `(ab)` is several in one tick, `[ab]` one message made of two. Blanks only align.
public struct MarbleScript {
  public enum Event: Equatable {
    case message(String)
    /// The test's own failure.
    case failure
    /// A failure of an operator's making: written `!`.
    case otherFailure
    case end
  }

  public static var tick: Duration { .milliseconds(1) }

  /// What happens in each tick.
  public private(set) var ticks: [[Event]] = []

  public init() {}

  public init(_ text: String) {
    var group: [Event]?
    var message: String?
    for character in text where character != " " {
      switch character {
      case "(": group = []
      case "[": message = ""
      case "-": ticks.append([])
      case ")":
        ticks.append(group ?? [])
        group = nil
      default:
        if message != nil, character != "]" {
          message?.append(character)
          continue
        }
        let event = Self.event(character, message)
        message = nil
        if group == nil { ticks.append([event]) } else { group?.append(event) }
      }
    }
    precondition(group == nil && message == nil, "a bracket is open in \(text)")
  }

  private static func event(_ character: Character, _ message: String?) -> Event {
    switch character {
    case "|": .end
    case "#": .failure
    case "!": .otherFailure
    case "]": .message(message ?? "")
    default: .message(String(character))
    }
  }

  /// When the tick with this number is.
  public static func instant(ofTick number: Int) -> Instant {
    Instant(nanoseconds: UInt64(number) * tick.nanoseconds)
  }

  /// Writes an event down at the first tick that is not before `now`.
  public mutating func note(_ event: Event, at now: Instant) {
    let number = Int((now.nanoseconds + Self.tick.nanoseconds - 1) / Self.tick.nanoseconds)
    while ticks.count <= number { ticks.append([]) }
    ticks[number].append(event)
  }

  /// The script in its shortest form: two scripts that say the same have the same text.
  public var text: String {
    var text = ""
    for events in ticks {
      let marks = events.map(Self.mark)
      text += marks.count == 1 ? marks[0] : marks.isEmpty ? "-" : "(\(marks.joined()))"
    }
    while text.last == "-" { text.removeLast() }
    return text
  }

  private static func mark(_ event: Event) -> String {
    switch event {
    case .message(let message): message.count == 1 ? message : "[\(message)]"
    case .failure: "#"
    case .otherFailure: "!"
    case .end: "|"
    }
  }
}
