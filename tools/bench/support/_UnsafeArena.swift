public import Buffers

/// Memory for one measurement, never freed.
public func freshArena(byteCount: Int = 1 << 20) -> Arena {
  // SAFETY: the memory was just allocated, is never freed and belongs to the arena alone.
  unsafe Arena(base: .allocate(byteCount: byteCount, alignment: 4096), byteCount: byteCount)
}
