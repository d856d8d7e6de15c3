public import Scheduling

/// What a reactor needs of one task whenever it touches it: its name, its place in the tree, and how it is scheduled, in
/// one cache line.
struct TaskContext: Sendable {
  /// Who it is; the name of the slot's next task while the slot is free.
  var id: TaskID
  var functions = ErasedTaskFunctions()
  var attributes = TaskAttributes()
  /// The next task of the list of changes, unless this is the last one.
  var next = noSlot
  var parent = noSlot
  var youngestChild = noSlot
  /// The next free slot while this one is free.
  var olderSibling = noSlot
  var youngerSibling = noSlot
  var state = State.free
  /// Whether the output waits for the parent to join.
  var keepsOutput = false
  /// Whether it has created timers.
  var ownsTimers = false
  /// What the discipline has still to be told.
  var changes = Changes.none

  enum State: UInt8, Sendable {
    case free
    /// Polled when it is woken.
    case live
    /// Finished, with an output that has not been joined.
    case finished
  }

  /// Changes of a task, a bit each; the discipline is told of them in this order.
  struct Changes: Sendable, BitwiseCopyable {
    private var bits: UInt8
    static var none: Changes { Changes(bits: 0) }
    static var withdrawn: Changes { Changes(bits: 1) }
    static var admitted: Changes { Changes(bits: 2) }
    static var woken: Changes { Changes(bits: 4) }
    /// Whether the task is in the list of changes.
    static var listed: Changes { Changes(bits: 8) }

    @inline(__always) var isNone: Bool { bits == 0 }
    @inline(__always) func contains(_ other: Changes) -> Bool { bits & other.bits != 0 }
    @inline(__always) func with(_ other: Changes) -> Changes { Changes(bits: bits | other.bits) }
    @inline(__always) func without(_ other: Changes) -> Changes { Changes(bits: bits & ~other.bits) }
  }
}

/// What people want to know of a task.
public struct TaskReport: Sendable {
  public let id: TaskID
  /// What people call it.
  public let name: StaticString
  public let attributes: TaskAttributes
  /// Polls that took longer than the budget of a poll.
  public let overrunCount: UInt32
}

/// The end of every list of slots.
let noSlot: Int32 = -1
