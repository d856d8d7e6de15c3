import Reactors
import Scheduling
import Streams
import Timing

// A slot is polled or dropped once, and not kept.

struct PolledTwice: Schedulable {
  mutating func poll(_ context: inout CoreContext) -> TaskPoll<Void> { .waiting }
  static var functions: TaskFunctions<Self> {
    TaskFunctions(
      // expected-error@+1 {{'slot' consumed more than once}}
      poll: { (slot: consuming TaskSlot<Self>, context: inout CoreContext) in
        _ = slot.poll(&context)  // expected-note {{consumed here}}
        return slot.poll(&context)  // expected-note {{consumed again here}}
      },
      drop: { $0.drop($1) })
  }
}

struct DroppedTwice: Schedulable {
  mutating func poll(_ context: inout CoreContext) -> TaskPoll<Void> { .waiting }
  static var functions: TaskFunctions<Self> {
    TaskFunctions(
      poll: { $0.poll(&$1) },
      // expected-error@+1 {{'slot' consumed more than once}}
      drop: { (slot: consuming TaskSlot<Self>, content: SlotContent) in
        slot.drop(content)  // expected-note {{consumed here}}
        slot.drop(content)  // expected-note {{consumed again here}}
      })
  }
}

nonisolated(unsafe) var keptSlot: TaskSlot<Kept>?

struct Kept: Schedulable {
  mutating func poll(_ context: inout CoreContext) -> TaskPoll<Void> { .waiting }
  static var functions: TaskFunctions<Self> {
    TaskFunctions(
      // expected-error@+1 {{'slot' consumed more than once}}
      poll: { (slot: consuming TaskSlot<Self>, context: inout CoreContext) in
        keptSlot = consume slot  // expected-note {{consumed here}}
        return slot.poll(&context)  // expected-note {{consumed again here}}
      },
      drop: { $0.drop($1) })
  }
}

// A context is lent for a poll.
struct Hoarder: Schedulable, ~Copyable {
  var kept: CoreContext?

  // expected-error@+1 {{missing reinitialization of inout parameter 'context' after consume}}
  mutating func poll(_ context: inout CoreContext) -> TaskPoll<Void> {
    kept = consume context  // expected-note {{consumed here}}
    return .waiting
  }

  static var functions: TaskFunctions<Self> { TaskFunctions(poll: { $0.poll(&$1) }, drop: { $0.drop($1) }) }
}

struct Answer: Schedulable, ~Copyable {
  mutating func poll(_ context: inout CoreContext) -> TaskPoll<Int> { .finished(42) }
  static var functions: TaskFunctions<Self> { TaskFunctions(poll: { $0.poll(&$1) }, drop: { $0.drop($1) }) }
}

// What was spawned or sent is the reactor's or the actor's.
func spawnsTwice(_ context: inout CoreContext) {
  let answer = Answer()  // expected-error {{'answer' consumed more than once}}
  _ = context.spawn(answer, "once")  // expected-note {{consumed here}}
  _ = context.spawn(answer, "twice")  // expected-note {{consumed again here}}
}

struct Letter: ~Copyable {}

struct Counter: RestartableProcess {
  var state = 0
  mutating func send(_ message: consuming Letter) -> Result<Int, Never> { .success(state) }
  mutating func restart() {}
}

func sendsTwice(_ store: inout ActorStore<Counter, RoundRobin>, _ actor: ActorID) {
  let letter = Letter()  // expected-error {{'letter' consumed more than once}}
  _ = store.send(letter, to: actor, at: .zero)  // expected-note {{consumed here}}
  _ = store.send(letter, to: actor, at: .zero)  // expected-note {{consumed again here}}
}
