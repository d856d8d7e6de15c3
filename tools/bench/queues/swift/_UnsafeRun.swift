import Buffers
import Builtin
import Glibc
import Synchronization

/// The other threads of a measurement, started together; the clock begins when all are there.
final class Run: Sendable {
  private let arrived = Atomic<Int>(0)
  private let isStarted = Atomic<Bool>(false)

  /// Runs `others` beside `body`, all with ends of queues that are theirs alone; how long it took until `body` was through, and what it gave.
  func measure<Result>(
    beside others: [() -> Void] = [], _ body: () -> Result
  ) -> (nanoseconds: Int64, result: Result) {
    let threads = others.map(start)
    while arrived.load(ordering: .acquiring) < threads.count { sched_yield() }
    let clock = ContinuousClock()
    let began = clock.now
    isStarted.store(true, ordering: .releasing)
    let result = body()
    let taken = clock.now - began
    for thread in threads { pthread_join(thread, nil) }
    let (seconds, attoseconds) = taken.components
    return (seconds * 1_000_000_000 + attoseconds / 1_000_000_000, result)
  }

  private func start(_ body: @escaping () -> Void) -> pthread_t {
    let entry = Entry {
      self.arrived.add(1, ordering: .releasing)
      while !self.isStarted.load(ordering: .acquiring) { sched_yield() }
      body()
    }
    var thread = pthread_t()
    // SAFETY: the thread takes over the reference that is handed to it.
    let status = unsafe pthread_create(
      &thread, nil,
      { context in
        unsafe Unmanaged<Entry>.fromOpaque(context!).takeRetainedValue().body()
        return nil
      }, Unmanaged.passRetained(entry).toOpaque())
    precondition(status == 0, "there is no thread to be had")
    return thread
  }

  private final class Entry {
    let body: () -> Void
    init(_ body: @escaping () -> Void) { self.body = body }
  }
}

/// An end of a queue on its way to another thread, which takes it once.
final class Moved<End: ~Copyable>: @unchecked Sendable {
  private var end: End?

  init(_ end: consuming End) { self.end = consume end }

  func take() -> End {
    guard let end = end.take() else { fatalError("an end is taken once") }
    return end
  }
}

/// Looks again after a pause, for much longer than an answer takes, and then lets another thread have the core: whoever
/// is waited for may need it.
struct Waiting {
  private var turns = 0

  @inline(__always)
  mutating func turn() {
    Builtin.int_x86_sse2_pause()
    turns &+= 1
    if turns < 100 { return }
    turns = 0
    sched_yield()
  }
}

/// Memory for one measurement, never freed.
func freshArena(byteCount: Int = 1 << 20) -> Arena {
  // SAFETY: the memory was just allocated and belongs to the arena alone.
  unsafe Arena(base: .allocate(byteCount: byteCount, alignment: 4096), byteCount: byteCount)
}
