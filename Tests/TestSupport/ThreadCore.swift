import Foundation
public import Queues
public import Reactors
public import Timing

/// A core that is a thread of the host: its clock is the host's, and others mark its sources from their threads.
public struct ThreadCore: ReactorCore, ~Copyable {
  public static let timerSource = 0
  public let number: Int
  public let machine: ThreadMachine

  public init(number: Int, machine: ThreadMachine) {
    self.number = number
    self.machine = machine
  }

  public var now: Instant { machine.now }
  public var pendingSources: UInt64 { machine.pendingSources }

  public mutating func take(source: Int) -> Instant { machine.take(source: source) }
  public mutating func sleep(until deadline: Instant) -> Instant { machine.sleep(until: deadline) }
}

/// What others see of a `ThreadCore`.
public final class ThreadMachine: @unchecked Sendable {
  // SAFETY: all that changes is read and written with the condition's lock.
  private let condition = NSCondition()
  private var pending: UInt64 = 0
  private var stamps: [Instant] = Array(repeating: .zero, count: 64)

  public init() {}

  public var now: Instant { Instant(nanoseconds: DispatchTime.now().uptimeNanoseconds) }

  public var pendingSources: UInt64 { condition.withLock { pending } }

  public func raise(source: Int) {
    condition.withLock {
      if pending & 1 << UInt64(source) == 0 { stamps[source] = now }
      pending |= 1 << UInt64(source)
      condition.signal()
    }
  }

  public func take(source: Int) -> Instant {
    condition.withLock {
      pending &= ~(1 << UInt64(source))
      return stamps[source]
    }
  }

  /// Returns after 10 ms at the latest, so that a test sees that no task is left. Nothing is marked then, so no task is
  /// polled for it.
  public func sleep(until deadline: Instant) -> Instant {
    condition.withLock {
      let left = min(deadline.since(now).nanoseconds, 10_000_000)
      if pending == 0 { _ = condition.wait(until: Date(timeIntervalSinceNow: Double(left) / 1e9)) }
      if pending == 0 && deadline <= now { pending |= 1 << UInt64(ThreadCore.timerSource) }
      return now
    }
  }

  /// Marks `source`. The machine must outlive the queue.
  public func wakeHook(source: Int) -> WakeHook {
    // SAFETY: the tests keep the machine until all threads have ended; the shift keeps its address, of fewer than 58 bits,
    // apart from the source, below 64.
    WakeHook(context: wakeBase | UInt(source), Self.raise)
  }

  /// What names this machine in a hook's context, above the source.
  public var wakeBase: UInt {
    unsafe UInt(bitPattern: Unmanaged.passUnretained(self).toOpaque()) << 6
  }

  /// Marks a source of the machine that the context names.
  public static let raise: @convention(c) (_ context: UInt) -> Void = { context in
    // SAFETY: as `wakeHook` says.
    let machine = unsafe Unmanaged<ThreadMachine>.fromOpaque(UnsafeRawPointer(bitPattern: context >> 6)!)
    unsafe machine.takeUnretainedValue().raise(source: Int(context & 63))
  }
}
