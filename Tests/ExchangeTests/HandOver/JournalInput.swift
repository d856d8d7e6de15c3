import Exchange
import Sessions
import TestSupport

/// One input as a test makes it, and the entry it must come to.
struct JournalInput {
  private(set) var kind = JournalEntry.Kind.applied
  let time: UInt64
  let message: [UInt8]
  /// What it does to the number of live orders: 1, 0, or -1.
  var growth: Int

  private static let client = [UInt8]("CLIENT 001".utf8)

  /// A message of `byteCount` bytes, unlike all others.
  init(byteCount: Int, growth: Int, time: UInt64) {
    self.growth = growth
    self.time = time
    var message = [UInt8](repeating: UInt8(truncatingIfNeeded: time), count: byteCount)
    if byteCount >= 9 { message.replaceSubrange(1..<9, with: OuchBytes.big(time)) }
    self.message = message
  }

  /// The messages of one datagram: a single one, some, the most that there can be, or one as long as it.
  static func datagram(growth: Int, using random: inout SeededRandom) -> [JournalInput] {
    let shapes = [(1, 47), (1, 47), (1, 9), (1, 9), (5, 47), (5, 47), (30, 47), (1, 1450), (3, 480)]
    let isMost = Int.random(in: 0..<30, using: &random) == 0
    let (count, byteCount) = isMost ? (484, 1) : shapes.randomElement(using: &random)!
    return (0..<count).map { _ in
      let draw = Int.random(in: 0..<8, using: &random)
      return JournalInput(
        byteCount: byteCount, growth: draw < growth ? 1 : draw == 7 ? 0 : -1, time: random.next())
    }
  }

  /// Bytes of the entry.
  var byteCount: Int { 19 + message.count }

  /// Sectors of a record with nothing but this: a header of 96 bytes, a length of 2, the entry.
  var loneSectorCount: Int { (96 + 2 + byteCount + 511) / 512 }

  var bytes: [UInt8] {
    let stamp = (0..<8).map { UInt8(truncatingIfNeeded: time >> (8 * $0)) }
    return [kind.rawValue] + Self.client + stamp + message
  }

  /// The journal has no room for what it grows into.
  mutating func refuse() { (kind, growth) = (.refused, 0) }

  func append<Journal: InputJournal & ~Copyable>(to journal: inout Journal) {
    journal.append(kind, ClientName(Self.client.rawBytes, at: 0), at: time, message: message.rawBytes)
  }
}
