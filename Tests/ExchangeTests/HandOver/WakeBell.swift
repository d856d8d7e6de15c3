import Dispatch
import Queues

/// A wake hook that rings: whoever waits for it goes on, and rings can be counted.
final class WakeBell: Sendable {
  private let rings = DispatchSemaphore(value: 0)

  /// The bell must outlive the queue.
  var hook: WakeHook {
    // SAFETY: the tests keep the bell until both ends are gone.
    unsafe WakeHook(context: UInt(bitPattern: Unmanaged.passUnretained(self).toOpaque())) {
      let bell = unsafe Unmanaged<WakeBell>.fromOpaque(UnsafeRawPointer(bitPattern: $0)!)
      unsafe bell.takeUnretainedValue().rings.signal()
    }
  }

  func wait() { rings.wait() }

  /// How often it has rung since this was asked last.
  func takeCount() -> Int {
    var count = 0
    while rings.wait(timeout: .now()) == .success { count += 1 }
    return count
  }
}
