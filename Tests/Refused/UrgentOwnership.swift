import Buffers
import Machine

// A context ends with its interrupt: it cannot be kept.
struct Keeper: UrgentTask, ~Copyable {
  static var entry: UrgentEntry<Self> { UrgentEntry { $0.run(at: $1) } }

  // expected-error@+1 {{missing reinitialization of inout parameter 'context' after consume}}
  mutating func run(_ context: inout UrgentContext) {
    let kept = context  // expected-note {{consumed here}}
    _ = kept.timestamp
  }
}

// A registered task belongs to its interrupt: nobody else can reach it.
func reachesARegisteredTask(_ core: inout Core, _ arena: inout Arena) throws(ArenaError) {
  let keeper = Keeper()  // expected-error {{'keeper' used after consume}}
  // expected-note@+1 {{consumed here}}
  try core.register(keeper, at: UrgentSlot(.low, 0), limit: .none, in: &arena)
  _ = keeper  // expected-note {{used here}}
}
