import Reactors

// Names of tasks come from spawning, and outputs have their task's type.

func spawnsOnce(_ context: inout CoreContext) -> Child<Int>? {
  switch context.spawn(Answer(), "answer", keepsOutput: true) {
  case .child(let child): child
  case .full: nil
  }
}

struct Answer: Schedulable, ~Copyable {
  mutating func poll(_ context: inout CoreContext) -> TaskPoll<Int> { .finished(42) }
  static var functions: TaskFunctions<Self> { TaskFunctions(poll: { $0.poll(&$1) }, drop: { $0.drop($1) }) }
}

func forgesAName() -> TaskID {
  TaskID(rawValue: 5)  // expected-error {{initializer is inaccessible}}
}

func forgesAChild(_ name: TaskID) -> Child<Bool> {
  Child(name)  // expected-error {{initializer is inaccessible}}
}

func takesAnotherOutput(_ child: Child<Int>) -> Child<Bool> {
  // expected-error@+2 {{cannot convert return expression of type 'Child<Int>' to return type 'Child<Bool>'}}
  // expected-note@+1 {{are expected to be equal}}
  child
}

func joinsAsAnotherType(_ child: Child<Int>, _ context: inout CoreContext) -> Bool {
  // expected-error@+1 {{type 'Int' cannot be used as a boolean}}
  if case .ready(let answer) = context.join(child) { return answer }
  return false
}
