/// Names one task of one core: its slot, and which of the slot's tasks it is. A name that has outlived its task
/// is recognised and reaches nobody.
public struct TaskID: Equatable, Sendable, BitwiseCopyable {
  /// Which of the slot's tasks in the upper 40 bits, then 8 for the core, and 16 for the slot.
  let rawValue: UInt64

  /// Slots that a task table can have.
  static var largestSlotCount: Int { 1 << 16 }

  init(rawValue: UInt64) { self.rawValue = rawValue }

  /// The name of no task.
  static var nobody: TaskID { TaskID(rawValue: .max) }

  /// The first task of a slot.
  init(slot: Int, core: Int) {
    precondition(core >= 0 && core < 255, "the number of a core is 0 to 254")
    rawValue = UInt64(core) << 16 | UInt64(slot)
  }

  /// The name of the next task in the same slot; after 2^40 of them the first name comes again.
  var next: TaskID { TaskID(rawValue: rawValue &+ (1 << 24)) }

  /// Whether it is the first name of its slot.
  @inline(__always) var isFirst: Bool { rawValue < 1 << 24 }

  /// The slot in its core's task table: what disciplines and timers know the task by.
  @inline(__always) public var slot: Int { Int(truncatingIfNeeded: rawValue & 0xFFFF) }
}

/// A task whose result is kept until it is joined.
public struct Child<Output: ~Copyable>: Sendable {
  public let id: TaskID

  init(_ id: TaskID) { self.id = id }
}

/// What spawning gave.
public enum Spawned<Future: Schedulable & ~Copyable>: ~Copyable {
  /// The task runs at its next selection.
  case child(Child<Future.Output>)
  /// The task table is full: here is the future back.
  case full(Future)

  /// The task's name; nothing when the table was full, and then the future is dropped.
  public consuming func id() -> TaskID? {
    switch consume self {
    case .child(let child): child.id
    case .full: nil
    }
  }
}

/// Why a task's result cannot be had.
public enum JoinError: Error {
  /// The task was cancelled, or its result was taken already or was not to be kept.
  case noSuchTask
}
