// What each word of the command line sets, and which values it takes.
import Firmware
import Wire

extension NodeOptions {
  mutating func read(_ line: RawSpan, _ word: Range<Int>) throws(NodeOptionsError) {
    if let value = line.rest(of: word, behind: "ip=") {
      guard let (address, prefix) = line.network(value), address != 0, prefix >= 1, prefix <= 30 else {
        throw NodeOptionsError(word: word, kind: .unreadableAddress)
      }
      (self.address, prefixLength) = (address, prefix)
    } else if let value = line.rest(of: word, behind: "gw=") {
      guard let (address, end) = line.address(value), end == value.upperBound else {
        throw NodeOptionsError(word: word, kind: .unreadableAddress)
      }
      gateway = address
    } else if let value = line.rest(of: word, behind: "cores=") {
      placement = try Self.placement(line, value, of: word)
    } else if let value = line.rest(of: word, behind: "virtio_mmio.device=") {
      guard let slot = line.deviceSlot(value) else {
        throw NodeOptionsError(word: word, kind: .unreadableDevice)
      }
      guard deviceSlots.add(slot) else { throw NodeOptionsError(word: word, kind: .tooManyDevices) }
    } else if let value = line.rest(of: word, behind: "test=") {
      testName = value
    } else {
      try readNumber(line, word)
    }
  }

  private mutating func readNumber(_ line: RawSpan, _ word: Range<Int>) throws(NodeOptionsError) {
    if let value = line.rest(of: word, behind: "watchdog=") {
      watchdogMilliseconds = try Self.number(Self.watchdog(line, value), of: word)
    } else if let value = line.rest(of: word, behind: "balance=") {
      balancePeriodMilliseconds = try Self.number(Self.balance(line, value), of: word)
    } else if let value = line.rest(of: word, behind: "buckets=") {
      bucketCount = try Self.number(Self.buckets(line, value), of: word)
    } else if !readChoice(line, word) {
      throw NodeOptionsError(word: word, kind: .unknownWord)
    }
  }

  /// Follows a word that is one of few; says whether it was.
  private mutating func readChoice(_ line: RawSpan, _ word: Range<Int>) -> Bool {
    if line.equals("durability=journal", word) {
      durability = .journal
    } else if line.equals("durability=none", word) {
      durability = .none
    } else if line.equals("pci=off", word) {
      looksAtPCI = false
    } else if line.equals("priorities=cancels", word) {
      priorities = .cancels
    } else if line.equals("priorities=arrival", word) {
      priorities = .arrival
    } else if let value = line.rest(of: word, behind: "scheduler="),
      let scheduler = Self.scheduler(line, value)
    {
      self.scheduler = scheduler
    } else {
      return false
    }
    return true
  }

  private static func placement(
    _ line: RawSpan, _ value: Range<Int>, of word: Range<Int>
  ) throws(NodeOptionsError) -> PlacementRequest {
    do throws(PlacementError) {
      return try PlacementRequest(line, value)
    } catch {
      throw NodeOptionsError(word: error.word.isEmpty ? word : error.word, kind: .cores(error.kind))
    }
  }

  private static func number(_ value: Int?, of word: Range<Int>) throws(NodeOptionsError) -> Int {
    guard let value else { throw NodeOptionsError(word: word, kind: .unreadableNumber) }
    return value
  }

  private static func scheduler(_ line: RawSpan, _ range: Range<Int>) -> Scheduler? {
    if line.equals("levels", range) { return .levels }
    if line.equals("round-robin", range) { return .roundRobin }
    if line.equals("deadline", range) { return .deadline }
    return line.equals("fair", range) ? .fair : nil
  }

  /// `off`, or 100 to 4,000: the timer that watches counts no further, and a host may take a healthy guest its
  /// processor for some tens of milliseconds.
  private static func watchdog(_ line: RawSpan, _ range: Range<Int>) -> Int? {
    if line.equals("off", range) { return 0 }
    guard let period = line.wholeNumber(range, digits: 4) else { return nil }
    return period >= 100 && period <= 4_000 ? period : nil
  }

  /// `on`, `off`, or 1 to 10,000.
  private static func balance(_ line: RawSpan, _ range: Range<Int>) -> Int? {
    if line.equals("off", range) { return 0 }
    if line.equals("on", range) { return NodeOptions().balancePeriodMilliseconds }
    guard let period = line.wholeNumber(range, digits: 5) else { return nil }
    return period >= 1 && period <= 10_000 ? period : nil
  }

  /// A power of two, 16 to 256.
  private static func buckets(_ line: RawSpan, _ range: Range<Int>) -> Int? {
    guard let count = line.wholeNumber(range, digits: 3), count >= 16, count <= 256 else { return nil }
    return count & (count - 1) == 0 ? count : nil
  }
}
