import Wire

/// What the kernel command line sets: `ip=10.0.2.15/24 gw=10.0.2.2 durability=journal scheduler=levels`, in any order.
public struct NodeOptions: Sendable {
  /// What an acknowledged order survives.
  public enum Durability: Sendable, Equatable {
    /// Written to the disk and flushed before it is answered.
    case journal
    /// Nothing: orders live in memory only.
    case none
  }

  /// The discipline by which the core's reactor picks among its ready tasks.
  public enum Scheduler: Sendable, Equatable {
    /// By priority: journal, network, configuration, console.
    case levels
    case roundRobin
    /// The earliest deadline first.
    case deadline
    /// Weighted fair sharing.
    case fair
  }

  /// The node's address; the first address byte is the most significant.
  public var address: UInt32 = 0x0A00_020F
  /// How many leading bits of the address name the network.
  public var prefixLength: Int = 24
  /// Where datagrams for other networks go; 0 for nowhere.
  public var gateway: UInt32 = 0x0A00_0202
  public var durability = Durability.journal
  public var scheduler = Scheduler.levels
  /// After how long a core that does not turn any more panics, in milliseconds; 0 for never.
  public var watchdogMilliseconds = 2_000
  /// The test or mode that a test image is to run: where its name stands in the command line.
  public var testName: Range<Int>?

  public init() {}

  /// Reads a command line: words `key=value`, separated by spaces.
  ///
  /// - Throws: the first word that is unknown or unreadable. Nothing is guessed.
  public init(commandLine: RawSpan) throws(NodeOptionsError) {
    var start = 0
    while start < commandLine.byteCount {
      var end = start
      while end < commandLine.byteCount && commandLine.byte(at: end) != UInt8(ascii: " ") { end += 1 }
      if end > start { try read(commandLine, start..<end) }
      start = end + 1
    }
  }

  private mutating func read(_ line: RawSpan, _ word: Range<Int>) throws(NodeOptionsError) {
    if let value = Self.value(of: "ip=", in: line, word) {
      guard let (address, prefix) = Self.network(line, value), address != 0, prefix >= 1, prefix <= 30 else {
        throw NodeOptionsError(word: word, kind: .unreadableAddress)
      }
      (self.address, prefixLength) = (address, prefix)
    } else if let value = Self.value(of: "gw=", in: line, word) {
      guard let (address, end) = Self.address(line, value), end == value.upperBound else {
        throw NodeOptionsError(word: word, kind: .unreadableAddress)
      }
      gateway = address
    } else if Self.equals("durability=journal", line, word) {
      durability = .journal
    } else if Self.equals("durability=none", line, word) {
      durability = .none
    } else if let value = Self.value(of: "scheduler=", in: line, word) {
      guard let scheduler = Self.scheduler(line, value) else {
        throw NodeOptionsError(word: word, kind: .unknownWord)
      }
      self.scheduler = scheduler
    } else if let value = Self.value(of: "watchdog=", in: line, word) {
      guard let period = Self.watchdog(line, value) else {
        throw NodeOptionsError(word: word, kind: .unreadableNumber)
      }
      watchdogMilliseconds = period
    } else if let value = Self.value(of: "test=", in: line, word) {
      testName = value
    } else {
      throw NodeOptionsError(word: word, kind: .unknownWord)
    }
  }

  private static func scheduler(_ line: RawSpan, _ range: Range<Int>) -> Scheduler? {
    if equals("levels", line, range) { return .levels }
    if equals("round-robin", line, range) { return .roundRobin }
    if equals("deadline", line, range) { return .deadline }
    return equals("fair", line, range) ? .fair : nil
  }

  /// `off`, or 100 to 4,000: the timer that watches counts no further, and a host may take a healthy guest its
  /// processor for some tens of milliseconds.
  private static func watchdog(_ line: RawSpan, _ range: Range<Int>) -> Int? {
    if equals("off", line, range) { return 0 }
    guard let (period, end) = number(line, range, digits: 4), end == range.upperBound else { return nil }
    return period >= 100 && period <= 4_000 ? period : nil
  }

  /// Whether the bytes of `range` are `text`.
  public static func equals(_ text: StaticString, _ line: RawSpan, _ range: Range<Int>) -> Bool {
    range.count == text.utf8CodeUnitCount && value(of: text, in: line, range) != nil
  }

  /// Where the rest of the word lies when it begins with `key`.
  private static func value(of key: StaticString, in line: RawSpan, _ word: Range<Int>) -> Range<Int>? {
    let key = key.bytes
    guard word.count >= key.byteCount else { return nil }
    for index in 0..<key.byteCount {
      guard key.byte(at: index) == line.byte(at: word.lowerBound + index) else { return nil }
    }
    return (word.lowerBound + key.byteCount)..<word.upperBound
  }

  private static func network(_ line: RawSpan, _ range: Range<Int>) -> (address: UInt32, prefix: Int)? {
    guard let (address, end) = address(line, range), end < range.upperBound,
      line.byte(at: end) == UInt8(ascii: "/"),
      let (prefix, last) = number(line, (end + 1)..<range.upperBound), last == range.upperBound
    else { return nil }
    return (address, prefix)
  }

  private static func address(_ line: RawSpan, _ range: Range<Int>) -> (address: UInt32, end: Int)? {
    var address: UInt32 = 0
    var start = range.lowerBound
    for part in 0..<4 {
      guard let (value, end) = number(line, start..<range.upperBound), value <= 255 else { return nil }
      address = address << 8 | UInt32(value)
      start = end
      if part < 3 {
        guard start < range.upperBound, line.byte(at: start) == UInt8(ascii: ".") else { return nil }
        start += 1
      }
    }
    return (address, start)
  }

  /// A decimal number of at least one digit and no more than `digits`.
  private static func number(
    _ line: RawSpan, _ range: Range<Int>, digits: Int = 3
  ) -> (value: Int, end: Int)? {
    var value = 0
    var end = range.lowerBound
    while end < range.upperBound, end - range.lowerBound < digits,
      case let digit = line.byte(at: end), digit >= 0x30, digit <= 0x39
    {
      value = value * 10 + Int(digit - 0x30)
      end += 1
    }
    return end == range.lowerBound ? nil : (value, end)
  }
}

/// A word of the command line that the kernel does not follow.
public struct NodeOptionsError: Error {
  public enum Kind: Sendable {
    case unknownWord
    case unreadableAddress
    case unreadableNumber
  }

  /// Where the word stands in the line.
  public let word: Range<Int>
  public let kind: Kind
}
