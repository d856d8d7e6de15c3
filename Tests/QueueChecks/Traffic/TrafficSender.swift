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
