import Queues
import Synchronization

/// Counts the calls of a wake hook, on any thread.
final class WakeCounter: Sendable {
  private let calls = Atomic(0)
  var count: Int { calls.load(ordering: .sequentiallyConsistent) }

  /// Must not be called after the counter is gone.
  var strategy: WaitStrategy {
    .wake(
      WakeHook(context: unsafe UInt(bitPattern: Unmanaged.passUnretained(self).toOpaque())) { context in
        // SAFETY: the context is the counter of a test that is running still.
        let counter = unsafe Unmanaged<WakeCounter>.fromOpaque(UnsafeRawPointer(bitPattern: context)!)
        _ = unsafe counter.takeUnretainedValue().calls.wrappingAdd(1, ordering: .sequentiallyConsistent)
      })
  }
}
