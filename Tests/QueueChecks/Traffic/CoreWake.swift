/// How a source of a core is marked from any core: in the guest by an interrupt, on the host by its thread's double.
public struct CoreWake: BitwiseCopyable, Sendable {
  private let function: @convention(c) (_ context: UInt) -> Void
  private let base: UInt

  /// - Parameters:
  ///   - base: what the function needs to know of the core; its lowest six bits are zero.
  ///   - function: marks a source; `context` is `base` and the source.
  public init(base: UInt, _ function: @escaping @convention(c) (_ context: UInt) -> Void) {
    precondition(base & 63 == 0, "the lowest six bits are the source's")
    self.base = base
    self.function = function
  }

  /// Marks `source`, 0 to 63.
  func mark(_ source: Int) { function(base | UInt(source)) }
}
