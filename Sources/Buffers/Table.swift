/// A fixed number of elements in memory carved from an arena: an array that never grows and never moves.
///
/// Every access is bounds-checked. Elements are mutated in place. The memory is never given back.
@safe public struct Table<Element: ~Copyable>: ~Copyable {
  private let base: UnsafeMutablePointer<Element>
  /// The number of elements.
  public let count: Int

  /// Carves a table of `count` elements, each made by `element`. Complexity: O(`count`). Context: boot.
  public init(
    count: Int, in arena: inout Arena, element: (_ index: Int) -> Element
  ) throws(ArenaError) {
    let (byteCount, overflow) = MemoryLayout<Element>.stride.multipliedReportingOverflow(by: count)
    guard !overflow else { throw .exhausted }
    let memory = unsafe try arena.carveUninitialized(
      byteCount: byteCount, alignment: max(64, MemoryLayout<Element>.alignment))
    // SAFETY: the carved bytes are exclusively ours, aligned and large enough, and are initialized here.
    unsafe base = memory.bindMemory(to: Element.self, capacity: count)
    self.count = count
    for index in 0..<count {
      unsafe (base + index).initialize(to: element(index))
    }
  }

  /// Where the elements lie, `MemoryLayout<Element>.stride` bytes each.
  @unsafe public var address: UInt { unsafe UInt(bitPattern: base) }

  public subscript(index: Int) -> Element {
    @inline(__always) unsafeAddress {
      guard UInt(bitPattern: index) < UInt(bitPattern: count) else { tableIndexOutOfBounds() }
      // SAFETY: the index was just checked; all elements are initialized for the table's whole life.
      return unsafe UnsafePointer(base + index)
    }
    @inline(__always) unsafeMutableAddress {
      guard UInt(bitPattern: index) < UInt(bitPattern: count) else { tableIndexOutOfBounds() }
      // SAFETY: as above, and mutation needs exclusive access to the table.
      return unsafe base + index
    }
  }
}

extension Table where Element: Copyable {
  /// Carves a table whose elements all start as `value`.
  public init(repeating value: Element, count: Int, in arena: inout Arena) throws(ArenaError) {
    try self.init(count: count, in: &arena) { _ in value }
  }
}

// A table owns its elements alone.
extension Table: @unchecked Sendable where Element: Sendable & ~Copyable {}

/// In one place: a message at every access would make a quarter of the image.
@inline(never)
func tableIndexOutOfBounds() -> Never { preconditionFailure("table index out of bounds") }
