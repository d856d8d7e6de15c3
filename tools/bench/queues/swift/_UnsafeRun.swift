import BenchSupport
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
    if !others.isEmpty { Processors.stay(on: 0) }
    let threads = others.enumerated().map { start($0.element, on: $0.offset + 1) }
    while arrived.load(ordering: .acquiring) < threads.count { sched_yield() }
    var stopwatch = Stopwatch()
    let result = stopwatch.measure {
      isStarted.store(true, ordering: .releasing)
      return body()
    }
    for thread in threads { pthread_join(thread, nil) }
    return (stopwatch.nanoseconds, result)
  }

  private func start(_ body: @escaping () -> Void, on processor: Int) -> pthread_t {
    let entry = Entry {
      Processors.stay(on: processor)
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

// The system's calls, which its own module leaves out; thread 0 is the caller.
@_extern(c, "sched_getaffinity")
private func getAffinity(_ thread: Int32, _ byteCount: Int, _ set: UnsafeMutablePointer<cpu_set_t>) -> Int32
@_extern(c, "sched_setaffinity")
private func setAffinity(_ thread: Int32, _ byteCount: Int, _ set: UnsafePointer<cpu_set_t>) -> Int32

/// The processors that the program may use.
private enum Processors {
  private static let allowed: [Int] = {
    var set = cpu_set_t()
    // SAFETY: the set is as large as is said.
    _ = unsafe getAffinity(0, MemoryLayout<cpu_set_t>.size, &set)
    return unsafe withUnsafeBytes(of: &set) { bytes in
      (0..<8 * bytes.count).filter { unsafe bytes[$0 / 8] & 1 << ($0 % 8) != 0 }
    }
  }()

  /// Keeps the calling thread on one of them: a short run is over before the system has found out that two busy threads
  /// want two.
  static func stay(on index: Int) {
    guard !allowed.isEmpty else { return }
    let processor = allowed[index % allowed.count]
    var set = cpu_set_t()
    // SAFETY: the set has a bit for the processor, since it was in such a set; and it is as large as is said.
    unsafe withUnsafeMutableBytes(of: &set) { unsafe $0[processor / 8] |= 1 << (processor % 8) }
    _ = unsafe setAffinity(0, MemoryLayout<cpu_set_t>.size, &set)
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
  private var patience = 100

  /// With more threads than processors whoever waits gives its processor up at once.
  static var amongMany: Waiting {
    var waiting = Waiting()
    waiting.patience = 1
    return waiting
  }

  @inline(__always)
  mutating func turn() {
    Builtin.int_x86_sse2_pause()
    turns &+= 1
    if turns < patience { return }
    turns = 0
    sched_yield()
  }

  /// Without the pause, for whoever is to answer at once.
  @inline(__always)
  mutating func turnAtOnce() {
    turns &+= 1
    if turns < 5_000 { return }
    turns = 0
    sched_yield()
  }
}
