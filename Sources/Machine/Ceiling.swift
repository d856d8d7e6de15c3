public import Buffers

/// State that urgent and ordinary tasks of one core share, each in its turn: a section of code that has it holds back
/// the urgent levels up to its ceiling, by the local APIC's task priority.
///
/// The ceiling is the level of the most urgent task that shares the state. This is the stack resource policy (Baker,
/// 1991): a task waits at most for one section of a less urgent one, before it starts, and there is no deadlock. The
/// timer's interrupt comes all the same: it only marks. Copies lead to the same state; none may leave the core.
@safe public struct Ceiling<State: ~Copyable> {
  /// boot/leaves.asm knows the first two words.
  private struct Cell: ~Copyable {
    let priorityClass: UInt
    let isEntered: UInt = 0
    var state: State
  }

  private let cell: UnsafeMutablePointer<Cell>

  /// Carves room for the state and moves it there. Context: boot.
  ///
  /// - Parameter level: of the most urgent task that shares it.
  public init(_ state: consuming State, level: UrgentLevel, in arena: inout Arena) throws(ArenaError) {
    let memory = unsafe try arena.carve(
      byteCount: MemoryLayout<Cell>.size, alignment: max(64, MemoryLayout<Cell>.alignment))
    // SAFETY: the carved bytes are exclusively ours, aligned and large enough.
    unsafe cell = memory.initializeMemory(
      as: Cell.self, to: Cell(priorityClass: level.priorityClass, state: state))
  }

  /// Runs `body` on the state, with the urgent levels up to the ceiling held back. Sections of different states nest, and
  /// the highest of their ceilings holds. One inside another of the same state stops the kernel, and so does one of an
  /// urgent task above the ceiling that has interrupted another. About 15 instructions.
  @inline(__always)
  public func withState<Result: ~Copyable, Failure: Error>(
    _ body: (inout State) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let former = unsafe ceilingEnter(cell)
    defer { unsafe ceilingLeave(cell, former) }
    // SAFETY: whoever is inside has the state alone: on one core only an interrupt comes in between, and one that asks
    // for a state that is entered goes no further.
    return try unsafe body(&cell.pointee.state)
  }

  /// The same from an urgent task, whose level must not be above the ceiling: that is a failed precondition, whether
  /// or not it has interrupted a section.
  @inline(__always)
  public func withState<Result: ~Copyable, Failure: Error>(
    in context: borrowing UrgentContext, _ body: (inout State) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    precondition(
      unsafe context.level.priorityClass <= cell.pointee.priorityClass,
      "the urgent task is above the state's ceiling")
    return try withState(body)
  }
}

/// Where a section ends that is inside another of the same state.
@c(ceiling_entered_twice) public func ceilingEnteredTwice() {
  preconditionFailure(
    "the state is in use: a ceiling section is inside another of the same state, or below its user")
}
