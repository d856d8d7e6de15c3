/// The frames of one core's network I/O: a fixed number, lent and given back.
@safe public struct FramePool: ~Copyable {
  /// Pools whose frames meet have different numbers, below this.
  public static var numberCount: Int { 8 }
  /// Frames a pool has at most when it is not the only one.
  public static var numberedCapacity: Int { 1 << numberShift }
  static var numberShift: Int { 13 }

  /// Where the frame with index 0 lies, or would if it were this pool's: indexes begin at the pool's number.
  private let memory: UnsafeMutableRawPointer
  private var free: Table<UInt16>
  /// Frames that can be taken now.
  public private(set) var freeCount: Int

  /// Carves `count` frames (at most 65,536, and `numberedCapacity` where there are several pools). Context: boot.
  ///
  /// - Parameter number: which of several pools this is, 0 to `numberCount - 1`: where a frame must go back to.
  public init(count: Int, number: Int = 0, in arena: inout Arena) throws(ArenaError) {
    precondition(number >= 0 && number < Self.numberCount, "frames have room for the numbers of 8 pools")
    precondition(count > 0 && count <= (number == 0 ? 65_536 : Self.numberedCapacity))
    let first = number << Self.numberShift
    let base = unsafe try arena.carve(byteCount: count * Frame.stride, alignment: 4096)
    let free = try Table(count: count, in: &arena) { UInt16(first + count - 1 - $0) }
    unsafe memory = base - first * Frame.stride
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
    // SAFETY: the index is one of the pool's, and on the free list only once.
    return unsafe Frame(index: index, memory: memory + index &* Frame.stride)
  }

  /// Takes a frame back. Complexity: O(1).
  public mutating func give(_ frame: consuming Frame) {
    free[freeCount] = UInt16(truncatingIfNeeded: frame.index)
    freeCount &+= 1
    frame.release()
  }
}
