import Buffers
import Reactors
import Scheduling
import Timing

// A context is lent for a poll: it cannot be kept, copied, or made, and its time is the core's.

func waits(_ context: inout CoreContext) {
  context.deadline = context.now + .milliseconds(1)
}

func movesTime(_ context: inout CoreContext) {
  context.now = context.now + .seconds(1)  // expected-error {{'now' setter is inaccessible}}
}

func makesAContext(_ arena: inout Arena) throws(ArenaError) -> CoreContext {
  // expected-error@+1 {{initializer is inaccessible}}
  try CoreContext(core: 0, now: .zero, limits: ReactorLimits(), in: &arena)
}

func sends<Message: Sendable & ~Copyable>(_ message: consuming Message) {}

func sendsToAnotherCore(_ context: consuming CoreContext) {
  sends(context)  // expected-error {{does not conform to the 'Sendable' protocol}}
}

// A discipline among tasks picks tasks, and can be admitted to: what picks among interrupts cannot.
func picksByInterrupts<Core: ReactorCore & ~Copyable>(_ core: consuming Core, _ arena: inout Arena)
  throws(ArenaError)
{
  // expected-error@+1 {{type 'InterruptQueue' does not conform to protocol 'TaskDiscipline'}}
  var reactor = try Reactor<Core, InterruptQueue>(core: core, in: &arena)
  reactor.turn()
}

func picksInTurn<Core: ReactorCore & ~Copyable>(_ core: consuming Core, _ arena: inout Arena)
  throws(ArenaError)
{
  var reactor = try Reactor<Core, RoundRobin>(core: core, in: &arena)
  reactor.turn()
}
