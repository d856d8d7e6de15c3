import Reactors
import Scheduling
import Streams
import TestSupport
import XCTest

/// Counts what is alive of each kind of thing that must not be lost.
final class Ledger {
  var letters = 0
  var processes = 0
}

/// A message that cannot be copied, and is missed when it gets lost.
struct Letter: ~Copyable {
  let value: Int
  let isBad: Bool
  private let ledger: Ledger

  init(_ value: Int, isBad: Bool = false, _ ledger: Ledger) {
    self.value = value
    self.isBad = isBad
    self.ledger = ledger
    ledger.letters += 1
  }

  deinit { ledger.letters -= 1 }
}

/// A process that counts its letters and refuses bad ones. It cannot be copied either.
struct Tally: RestartableProcess, ~Copyable {
  struct State: Equatable {
    var count = 0
    var last = -1
  }

  enum Failure: Error, Equatable {
    case bad(Int)
    case cannotRestart
  }

  private(set) var state = State()
  /// How often it can still begin anew.
  private var restartsLeft: Int
  private let ledger: Ledger

  init(restarts: Int = .max, _ ledger: Ledger) {
    restartsLeft = restarts
    self.ledger = ledger
    ledger.processes += 1
  }

  deinit { ledger.processes -= 1 }

  mutating func send(_ message: consuming Letter) -> Result<State, Failure> {
    guard !message.isBad else { return .failure(.bad(message.value)) }
    state.count += 1
    state.last = message.value
    return .success(state)
  }

  mutating func restart() throws(Failure) {
    guard restartsLeft > 0 else { throw .cannotRestart }
    restartsLeft -= 1
    state = State()
  }
}

typealias Tallies<Mail: TaskDiscipline & ~Copyable> = ActorStore<Tally, Mail>

extension Result where Success == Tally.State, Failure == Tally.Failure {
  /// The letter that was handled.
  var letter: Int {
    switch self {
    case .success(let state): state.last
    case .failure(.bad(let value)): value
    case .failure(.cannotRestart): -2
    }
  }
}

extension ActorStore where Behaviour == Tally, Mail: ~Copyable {
  /// Stops an actor, and tells its last state and the letters that had waited; nothing when its name is stale.
  mutating func bury(_ actor: ActorID) -> (state: Tally.State, letters: [Int])? {
    var letters: [Int] = []
    guard let process = stop(actor, deadLetter: { letter in letters.append(letter.value) }) else {
      return nil
    }
    return (process.state, letters)
  }
}
