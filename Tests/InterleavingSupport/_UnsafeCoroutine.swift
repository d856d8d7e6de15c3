import Glibc

// The importer leaves these out: they return more than once, or take any arguments.
@_extern(c, "getcontext")
private func fillContext(_ context: UnsafeMutablePointer<ucontext_t>) -> Int32
@_extern(c, "makecontext")
private func setEntry(
  _ context: UnsafeMutablePointer<ucontext_t>, _ entry: @convention(c) () -> Void, _ argumentCount: Int32)
@_extern(c, "swapcontext")
private func exchangeContext(
  _ from: UnsafeMutablePointer<ucontext_t>, _ to: UnsafeMutablePointer<ucontext_t>
) -> Int32

/// A thread of a model: a stack of its own on the one system thread there is, so that handing over costs a quarter of a
/// microsecond, and exactly one runs.
@safe final class Coroutine {
  private static let stackByteCount = 512 << 10
  nonisolated(unsafe) private static var entering: Coroutine?

  private let context: UnsafeMutablePointer<ucontext_t>
  private let stack: UnsafeMutableRawPointer?
  private let body: (() -> Void)?

  /// Whoever makes it: the stack that is already there.
  init() {
    // SAFETY: freed by `deinit`; filled by the first switch away from it.
    unsafe context = .allocate(capacity: 1)
    unsafe context.initialize(to: ucontext_t())
    unsafe stack = nil
    body = nil
  }

  /// Runs `body`, which never returns, when it is first switched to.
  init(_ body: @escaping () -> Void) {
    // SAFETY: both are freed by `deinit`, and the stack is used by this context alone.
    unsafe context = .allocate(capacity: 1)
    unsafe context.initialize(to: ucontext_t())
    unsafe stack = .allocate(byteCount: Self.stackByteCount, alignment: 4096)
    self.body = body
    unsafe _ = fillContext(context)
    unsafe context.pointee.uc_stack.ss_sp = stack
    unsafe context.pointee.uc_stack.ss_size = Self.stackByteCount
    unsafe setEntry(context, { Coroutine.enter() }, 0)
  }

  deinit {
    unsafe context.deallocate()
    unsafe stack?.deallocate()
  }

  /// Stops here and goes on there; returns when somebody switches back.
  func switchTo(_ other: Coroutine) {
    // SAFETY: both contexts live as long as their objects; one system thread uses `entering`.
    unsafe Self.entering = other
    unsafe _ = exchangeContext(context, other.context)
  }

  private static func enter() {
    // SAFETY: set by the switch that brought us here.
    let coroutine = unsafe entering
    coroutine?.body?()
    fatalError("a coroutine's body returned")
  }
}
