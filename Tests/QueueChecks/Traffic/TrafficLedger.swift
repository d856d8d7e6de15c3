import Queues

/// What the ends of one queue note, each on its own core, for the core that checks: sums, which only grow.
struct TrafficLedger: ~Copyable {
  /// Messages that came, and those that were not the next of their stream.
  let received = HardwareWord(0)
  let wrong = HardwareWord(0)
  /// How often the producers found no room, or nothing to send in.
  let refused = HardwareWord(0)
  /// How often the consumer asked to be woken, and how often it slept then.
  let armed = HardwareWord(0)
  let slept = HardwareWord(0)
  /// Interrupts that its core took for it.
  let interrupts = HardwareWord(0)
  /// Halts of its core meanwhile.
  let halts = HardwareWord(0)
}

/// How many ends are done, of all queues: the core that waits for them is woken each time.
struct TrafficBoard: ~Copyable {
  static let source = 60
  let done = HardwareWord(0)
  let wake: CoreWake

  func noteEnd() {
    _ = done.add(1)
    wake.mark(Self.source)
  }
}
