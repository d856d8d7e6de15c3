/// The frames of one core's network I/O: a fixed number, lent and given back.
@safe public struct FramePool: ~Copyable {
  private let memory: UnsafeMutableRawPointer
  private var free: Table<UInt16>
  /// Frames that can be taken now.
  public private(set) var freeCount: Int

  /// Carves `count` frames (at most 65,536). Context: boot.
  public init(count: Int, in arena: inout Arena) throws(ArenaError) {
    precondition(count > 0 && count <= 65_536)
    let memory = unsafe try arena.carve(byteCount: count * Frame.stride, alignment: 4096)
    let free = try Table(count: count, in: &arena) { UInt16(count - 1 - $0) }
    unsafe self.memory = memory
    self.free = free
    freeCount = count
  }

  /// Frames in the pool and lent together.
  public var capacity: Int { free.count }

  /// Lends an empty frame; nothing when all are lent. Complexity: O(1).
  public mutating func take() -> Frame? {
    guard freeCount > 0 else { return nil }
    freeCount &-= 1
    let index = Int(free[freeCount])
    // SAFETY: the index is below the pool's count, and on the free list only once.
    return unsafe Frame(index: index, memory: memory + index &* Frame.stride)
  }

  /// Takes a frame back. Complexity: O(1).
  public mutating func give(_ frame: consuming Frame) {
    free[freeCount] = UInt16(truncatingIfNeeded: frame.index)
    freeCount &+= 1
    frame.release()
  }
}
