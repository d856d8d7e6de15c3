import Reactors

// The line `functions` of a task: what the compiler does not let it say. A task that keeps to the rules compiles.

struct Good: Schedulable {
  mutating func poll(_ context: inout CoreContext) -> TaskPoll<Int> { .finished(1) }
  static var functions: TaskFunctions<Self> { TaskFunctions(poll: { $0.poll(&$1) }, drop: { $0.drop($1) }) }
}

struct GoodAndUnique: Schedulable, ~Copyable {
  mutating func poll(_ context: inout CoreContext) -> TaskPoll<Void> { .waiting }
  static var functions: TaskFunctions<Self> { TaskFunctions(poll: { $0.poll(&$1) }, drop: { $0.drop($1) }) }
}

// Another type's line: its functions would take this task for one of theirs.
struct Borrower: Schedulable {
  mutating func poll(_ context: inout CoreContext) -> TaskPoll<Void> { .waiting }
  // expected-error@+2 {{cannot convert return expression of type 'TaskFunctions<Good>'}}
  // expected-note@+1 {{are expected to be equal}}
  static var functions: TaskFunctions<Self> { Good.functions }
}

// expected-error@+2 {{type 'Copied' does not conform to protocol 'Schedulable'}}
// expected-note@+1 {{add stubs for conformance}}
struct Copied: Schedulable {
  mutating func poll(_ context: inout CoreContext) -> TaskPoll<Void> { .waiting }
  // expected-note@+1 {{candidate has non-matching type 'TaskFunctions<Good>'}}
  static var functions: TaskFunctions<Good> {
    TaskFunctions(poll: { $0.poll(&$1) }, drop: { $0.drop($1) })
  }
}

// No line at all.
// expected-error@+2 {{type 'Forgetful' does not conform to protocol 'Schedulable'}}
// expected-note@+1 {{add stubs for conformance}}
struct Forgetful: Schedulable {
  mutating func poll(_ context: inout CoreContext) -> TaskPoll<Void> { .waiting }
}

// Functions are called with the slot; they cannot say by themselves what became of the task.
struct Liar: Schedulable {
  mutating func poll(_ context: inout CoreContext) -> TaskPoll<Void> { .waiting }
  static var functions: TaskFunctions<Self> {
    TaskFunctions(
      poll: { (_, _) in .finished },  // expected-error {{'finished' is inaccessible}}
      drop: { (slot, _) in slot.drop(.output) }  // expected-error {{'output' is inaccessible}}
    )
  }
}

// A poll does not drop.
struct Dropper: Schedulable {
  mutating func poll(_ context: inout CoreContext) -> TaskPoll<Void> { .waiting }
  static var functions: TaskFunctions<Self> {
    TaskFunctions(
      poll: {
        $0.drop(.task)  // expected-error {{'task' is inaccessible}}
        return $0.poll(&$1)
      },
      drop: { $0.drop($1) })
  }
}

func makesASlot(_ memory: UnsafeMutableRawPointer) {
  _ = TaskSlot<Good>(memory: memory)  // expected-error {{initializer is inaccessible}}
}
