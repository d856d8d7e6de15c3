public import Buffers

/// State that urgent and ordinary tasks of one core share, each in its turn: a section of code that has it holds back
/// the urgent levels up to its ceiling, by the local APIC's task priority.
///
/// The ceiling is the level of the most urgent task that shares the state. This is the stack resource policy (Baker,
/// 1991): a task waits at most for one section of a less urgent one, before it starts, and there is no deadlock. The
/// timer's interrupt comes all the same: it only marks. Copies lead to the same state; none may leave the core.
@safe public struct Ceiling<State: ~Copyable> {
  private struct Cell: ~Copyable {
    let level: UrgentLevel
    var isEntered = false
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
    unsafe cell = memory.initializeMemory(as: Cell.self, to: Cell(level: level, state: state))
  }

  public var level: UrgentLevel { unsafe cell.pointee.level }

  /// Runs `body` on the state, with the urgent levels up to the ceiling held back. Sections of different states nest;
  /// one inside another of the same state is a failed precondition, and so is one of a task above the ceiling that
  /// has interrupted another.
  @inline(__always)
  public func withState<Result: ~Copyable, Failure: Error>(
    _ body: (inout State) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let former = unsafe taskPriorityRaise(cell.pointee.level.priorityClass)
    defer { taskPriorityRestore(former) }
    return try enter(body)
  }

  /// The same from an urgent task, whose level must not be above the ceiling; when it is as high, it already holds back
  /// all that share the state.
  @inline(__always)
  public func withState<Result: ~Copyable, Failure: Error>(
    in context: borrowing UrgentContext, _ body: (inout State) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    precondition(unsafe context.level <= cell.pointee.level, "the urgent task is above the state's ceiling")
    if unsafe context.level == cell.pointee.level { return try enter(body) }
    return try withState(body)
  }

  @inline(__always)
  private func enter<Result: ~Copyable, Failure: Error>(
    _ body: (inout State) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    // SAFETY: whoever is inside has the state alone. On one core only an interrupt could come in between, and one that
    // finds the state entered goes no further.
    precondition(unsafe !cell.pointee.isEntered, "the state is in use: sections of the same state do not nest")
    unsafe cell.pointee.isEntered = true
    defer { unsafe cell.pointee.isEntered = false }
    return try unsafe body(&cell.pointee.state)
  }
}
