/// The blocks of one disk's I/O: a fixed number of one size, lent and given back.
@safe public struct BlockPool: ~Copyable {
  private let memory: UnsafeMutableRawPointer
  private let blockByteCount: Int
  private var free: Table<UInt16>
  /// Blocks that can be taken now.
  public private(set) var freeCount: Int

  /// Carves `count` blocks (at most 65,536) of `sectorCount` sectors each. Context: boot.
  public init(count: Int, sectorCount: Int, in arena: inout Arena) throws(ArenaError) {
    precondition(count > 0 && count <= 65_536 && sectorCount > 0)
    let blockByteCount = sectorCount * Block.sectorByteCount
    let memory = unsafe try arena.carve(byteCount: count * blockByteCount, alignment: 4096)
    let free = try Table(count: count, in: &arena) { UInt16(count - 1 - $0) }
    unsafe self.memory = memory
    self.blockByteCount = blockByteCount
    self.free = free
    freeCount = count
  }

  /// Blocks in the pool and lent together.
  public var capacity: Int { free.count }

  /// Lends a block; nothing when all are lent. Its bytes are what its last user left. Complexity: O(1).
  public mutating func take() -> Block? {
    guard freeCount > 0 else { return nil }
    freeCount &-= 1
    let index = Int(free[freeCount])
    // SAFETY: the index is below the pool's count, and on the free list only once.
    return unsafe Block(index: index, memory: memory + index &* blockByteCount, byteCount: blockByteCount)
  }

  /// Takes a block back. Complexity: O(1).
  public mutating func give(_ block: consuming Block) {
    free[freeCount] = UInt16(truncatingIfNeeded: block.index)
    freeCount &+= 1
    block.release()
  }
}
