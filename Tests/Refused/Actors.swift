import Reactors
import Scheduling
import Streams
import Timing

// An actor gets messages of its own type, and its mail goes with them.

struct Counter: RestartableProcess {
  enum Failure: Error { case odd }
  var state = 0
  mutating func send(_ message: consuming Letter) -> Result<Int, Failure> { .success(state) }
  mutating func restart() { state = 0 }
}

struct Letter: ~Copyable {}

func sendsALetter(_ store: inout ActorStore<Counter, RoundRobin>, _ actor: ActorID) {
  _ = store.send(Letter(), to: actor, at: .zero)
}

func sendsANumber(_ store: inout ActorStore<Counter, RoundRobin>, _ actor: ActorID) {
  // expected-error@+1 {{cannot convert value of type 'Int' to expected argument type 'Letter'}}
  _ = store.send(7, to: actor, at: .zero)
}

func sendsANumberFromATask(
  _ store: Resident<ActorStore<Counter, RoundRobin>>, _ actor: ActorID, _ context: inout CoreContext
) {
  // expected-error@+1 {{cannot convert value of type 'Int' to expected argument type 'Letter'}}
  _ = store.send(7, to: actor, from: &context)
}

func forgesAnActor() -> ActorID {
  ActorID(place: 0, generation: 1)  // expected-error {{initializer is inaccessible}}
}

struct Plain: Process {
  var state = 0
  mutating func send(_ message: consuming Int) -> Result<Int, Never> { .success(state) }
}

// expected-error@+1 {{type 'Plain' does not conform to protocol 'RestartableProcess'}}
func keepsWhatCannotRestart(_ store: borrowing ActorStore<Plain, RoundRobin>) {}
