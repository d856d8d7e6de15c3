import Buffers

/// The memory of a core that is to be started: its block with its descriptors, and its stacks, each above a page that is
/// absent, so that an overflow stops at once. Context: boot.
@safe struct CoreMemory {
  private static let page = 4096
  /// STACK_BYTES and IST_STACK_BYTES in boot/layout.inc.
  private static let stackByteCount = 128 * 1024
  private static let interruptStackByteCount = 8 * 1024
  private static let interruptStackCount = 3

  private static let descriptors = 2048
  private static let descriptorsPointer = 2094
  private static let taskSegment = 2112
  private static let taskSegmentByteCount = 104
  private static let descriptorByteCount = 40

  private let block: UnsafeMutableRawPointer
  /// Of the core block.
  var address: UInt { unsafe UInt(bitPattern: block) }

  init(number: Int, in arena: inout Arena) throws(ArenaError) {
    let stackBytes =
      Self.stackByteCount + Self.interruptStackCount * Self.interruptStackByteCount
      + (1 + Self.interruptStackCount) * Self.page
    unsafe block = try arena.carve(byteCount: Self.page, alignment: Self.page)
    let stacks = unsafe UInt(bitPattern: try arena.carve(byteCount: stackBytes, alignment: Self.page))
    self[.number] = UInt(number)
    self[.stacks] = stacks
    self[.stacksEnd] = stacks + UInt(stackBytes)
    unsafe block.storeBytes(of: address, as: UInt.self)

    var top = stacks
    try Self.guardedStack(Self.stackByteCount, &top, in: &arena)
    self[.startStack] = top
    fillSegment(kernelStack: top)
    for index in 1...Self.interruptStackCount {
      try Self.guardedStack(Self.interruptStackByteCount, &top, in: &arena)
      setInterruptStack(index, top)
    }
    fillDescriptors()
  }

  subscript(word: CoreBlock.Word) -> UInt {
    get { unsafe block.load(fromByteOffset: word.rawValue * 8, as: UInt.self) }
    // SAFETY: the block is a page, and has a word for each case.
    nonmutating set { unsafe block.storeBytes(of: newValue, toByteOffset: word.rawValue * 8, as: UInt.self) }
  }

  /// Moves `top` from a guard page's address to the top of the stack above it.
  private static func guardedStack(
    _ byteCount: Int, _ top: inout UInt, in arena: inout Arena
  ) throws(ArenaError) {
    try PageMap.unmap(top, in: &arena)
    top += UInt(page + byteCount)
  }

  /// Code, data and the task segment, as in boot/entry.asm; the last one's address in pieces (Intel SDM 3A, 8.2.3).
  private func fillDescriptors() {
    let segment = UInt64(address + UInt(Self.taskSegment))
    let limit = UInt64(Self.taskSegmentByteCount - 1)
    set(Self.descriptors + 8, 0x00AF_9A00_0000_FFFF)
    set(Self.descriptors + 16, 0x00CF_9200_0000_FFFF)
    set(
      Self.descriptors + 24,
      limit | (segment & 0xFF_FFFF) << 16 | 0x89 << 40 | (segment >> 24 & 0xFF) << 56)
    set(Self.descriptors + 32, segment >> 32)
    // SAFETY: inside the block, behind the table.
    unsafe block.storeBytes(
      of: UInt16(Self.descriptorByteCount - 1), toByteOffset: Self.descriptorsPointer, as: UInt16.self)
    set(Self.descriptorsPointer + 2, UInt64(address + UInt(Self.descriptors)))
  }

  /// Intel SDM 3A, 8.7: ring 0's stack at 4, where the map of ports would begin at 102.
  private func fillSegment(kernelStack: UInt) {
    set(Self.taskSegment + 4, UInt64(kernelStack))
    // SAFETY: inside the block.
    unsafe block.storeBytes(
      of: UInt16(Self.taskSegmentByteCount), toByteOffset: Self.taskSegment + 102, as: UInt16.self)
  }

  /// From 1 on, at 36.
  private func setInterruptStack(_ index: Int, _ top: UInt) {
    set(Self.taskSegment + 28 + index * 8, UInt64(top))
  }

  private func set(_ offset: Int, _ value: UInt64) {
    // SAFETY: inside the block.
    unsafe block.storeBytes(of: value, toByteOffset: offset, as: UInt64.self)
  }
}
