public import Buffers

/// An arena over memory of the host's heap; what is carved from it must not outlive it.
@safe public final class TestArena {
  private let memory: UnsafeMutableRawPointer
  public var arena: Arena

  public init(byteCount: Int = 16 << 20) {
    unsafe memory = .allocate(byteCount: byteCount, alignment: 4096)
    // SAFETY: the memory was just allocated, and is freed only with this object.
    arena = unsafe Arena(base: memory, byteCount: byteCount)
  }

  deinit { unsafe memory.deallocate() }
}
