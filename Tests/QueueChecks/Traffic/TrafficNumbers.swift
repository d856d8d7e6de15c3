/// The numbers of a sender: it has some streams of its own, and sends the next number of each in turn.
struct TrafficNumbers: Sendable {
  /// Streams of a queue at most.
  static let mostStreams = 4
  private let firstStream: Int
  private let streamCount: Int
  private var sent = 0
  let count: Int

  init(firstStream: Int = 0, streamCount: Int = 1, count: Int) {
    self.firstStream = firstStream
    self.streamCount = streamCount
    self.count = count
  }

  /// The next number to be sent; nothing when that were all.
  var next: UInt64? {
    guard sent < count else { return nil }
    let stream = firstStream + sent % streamCount
    return UInt64(stream) << 48 | UInt64(sent / streamCount)
  }

  mutating func advance() { sent += 1 }

  static func stream(of number: UInt64) -> Int { Int(truncatingIfNeeded: number >> 48) }
}

/// What comes next of each stream.
struct TrafficExpectation: Sendable {
  private var next: InlineArray<4, UInt64>

  init() {
    next = [0, 1 << 48, 2 << 48, 3 << 48]
  }

  /// Whether `number` is the next of its stream; what follows it is expected then.
  mutating func take(_ number: UInt64) -> Bool {
    let stream = TrafficNumbers.stream(of: number)
    guard stream < TrafficNumbers.mostStreams else { return false }
    let isNext = next[stream] == number
    next[stream] = number &+ 1
    return isNext
  }
}
