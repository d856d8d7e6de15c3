import Queues
import Reactors
import Streams
import Timing

/// A task that sends numbers in bursts, and stops while there is no room.
struct TrafficSender<End: Producer & Sendable & ~Copyable, Loading: TrafficLoading>: Sendable,
  ~Copyable
where Loading.Cargo == End.Message {
  private var end: End?
  private var loading: Loading
  private var numbers: TrafficNumbers
  private var pace: TrafficPace
  private let ledger: Shared<TrafficLedger>
  private let board: Shared<TrafficBoard>
  /// What found no room.
  private var held: Loading.Cargo?

  init(
    _ end: consuming End, _ loading: Loading, _ numbers: TrafficNumbers, _ pace: TrafficPace,
    _ ledger: Shared<TrafficLedger>, _ board: Shared<TrafficBoard>
  ) {
    self.end = consume end
    self.loading = loading
    self.numbers = numbers
    self.pace = pace
    self.ledger = ledger
    self.board = board
    held = nil
  }

  mutating func poll(_ context: inout CoreContext) -> TaskPoll<Void> {
    var left = pace.burst()
    while left > 0 {
      guard let number = numbers.next else {
        end = nil
        board.value.noteEnd()
        return .finished
      }
      guard send(number) else {
        _ = ledger.value.refused.add(1)
        break
      }
      numbers.advance()
      left -= 1
    }
    return pace.pause(&context)
  }

  private mutating func send(_ number: UInt64) -> Bool {
    if let cargo = held.take() { return push(cargo) }
    guard let cargo = loading.load(number) else { return false }
    return push(cargo)
  }

  private mutating func push(_ cargo: consuming Loading.Cargo) -> Bool {
    guard let back = end!.push(cargo) else { return true }
    held = consume back
    return false
  }
}

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
