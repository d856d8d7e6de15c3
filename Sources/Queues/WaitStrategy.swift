/// How a consumer that has nothing to do learns of the next message.
public enum WaitStrategy: Sendable {
  /// It looks again by itself; see `Consumer.poll(at:looks:)`. `armWakeup` is always true then.
  case spin
  /// It asks to be woken with `armWakeup`; the producer of the next message, or the last one that leaves, then calls the
  /// hook, once.
  case wake(WakeHook)

  var hasHook: Bool {
    if case .wake = self { true } else { false }
  }
}

/// A function that wakes a core. Called by a producer after its message can be seen.
public struct WakeHook: Sendable {
  let function: @convention(c) (_ context: UInt) -> Void
  let context: UInt

  public init(context: UInt, _ function: @escaping @convention(c) (_ context: UInt) -> Void) {
    self.function = function
    self.context = context
  }

  func callAsFunction() { function(context) }
}
