import Machine

// An urgent task can run, look at its interrupt, and mark a source: it has no way to the reactor.

struct Spawner: UrgentTask, ~Copyable {
  static var entry: UrgentEntry<Self> { UrgentEntry { $0.run(at: $1) } }

  mutating func run(_ context: inout UrgentContext) {
    context.wake(source: 1)
    context.spawn(Spawner())  // expected-error {{has no member 'spawn'}}
    context.yield()  // expected-error {{has no member 'yield'}}
    context.sleep()  // expected-error {{has no member 'sleep'}}
  }
}

// A context is made by an interrupt and by nobody else.
func makesAContext() {
  let make = UrgentContext.init  // expected-error {{initializer is inaccessible}}
}

// What a ceiling guards is reached inside its sections only, and on its core only.
func reachesAround(_ ceiling: Ceiling<UInt64>) {
  ceiling.state = 3  // expected-error {{has no member 'state'}}
}

func sends<Message: Sendable>(_ message: Message) {}

func sendsToAnotherCore(_ ceiling: Ceiling<UInt64>) {
  sends(ceiling)  // expected-error {{does not conform to the 'Sendable' protocol}}
}
