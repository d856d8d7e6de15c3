public import Buffers

/// A value that several tasks of one core work on, one after the other: it lies in memory carved at boot and lives for
/// ever, and whoever has a copy of this can reach it.
///
/// A task has it for one call of `use` at a time. Uses do not overlap, since tasks do not: only a use inside a use of
/// the same value could, and is refused.
///
/// SAFETY: the memory is initialised before the first copy is made, and is never freed. It is not `Sendable`: it stays
/// on its core.
@safe public struct Resident<Value: ~Copyable> {
  private let cell: UnsafeMutablePointer<Cell>

  private struct Cell: ~Copyable {
    var value: Value
    var isUsed = false
  }

  /// Context: boot.
  public init(_ value: consuming Value, in arena: inout Arena) throws(ArenaError) {
    let layout = MemoryLayout<Cell>.self
    let memory = unsafe try arena.carve(byteCount: layout.size, alignment: max(64, layout.alignment))
    unsafe cell = memory.bindMemory(to: Cell.self, capacity: 1)
    unsafe cell.initialize(to: Cell(value: value))
  }

  /// The value, to look at while nobody uses it; for tests. Not for tasks: a use that comes while it is looked at is not
  /// refused, and would change what is borrowed.
  package var value: Value {
    @inline(__always) unsafeAddress {
      unsafe precondition(
        !cell.pointee.isUsed, "the resident value is in use: it is looked at between two uses")
      return unsafe UnsafePointer(UnsafeMutableRawPointer(cell).assumingMemoryBound(to: Value.self))
    }
  }

  /// Works on the value.
  @inline(__always)
  public func use<Result: ~Copyable>(_ body: (inout Value) -> Result) -> Result {
    unsafe precondition(!cell.pointee.isUsed, "the resident value is in use: one use of it is inside another")
    unsafe cell.pointee.isUsed = true
    defer { unsafe cell.pointee.isUsed = false }
    return unsafe body(&cell.pointee.value)
  }
}
