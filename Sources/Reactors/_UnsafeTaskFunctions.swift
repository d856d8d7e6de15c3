// The way from the reactor, which knows a task only as a slot, to the task's own type.

/// A task's slot as its own type sees it. Only the reactor makes one.
///
/// SAFETY: the slot's memory holds a `Task`, or its output once it has finished; `TaskFunctions` are stored with the
/// task they were made for, so that no other type's functions ever get this slot. It cannot be copied, so functions
/// that get it can poll or drop it once, and not keep it.
@safe @frozen public struct TaskSlot<Task: Schedulable & ~Copyable>: ~Copyable {
  private let memory: UnsafeMutableRawPointer

  /// Polls the task; one that has finished is dropped after the tasks below it, and its output takes its place.
  @inline(__always)
  public consuming func poll(_ context: inout CoreContext) -> SlotStatus {
    let task = unsafe memory.assumingMemoryBound(to: Task.self)
    switch unsafe task.pointee.poll(&context) {
    case .waiting: return .waiting
    case .ready: return .ready
    case .finished(let output):
      context.endChildren()
      unsafe task.deinitialize(count: 1)
      unsafe memory.initializeMemory(as: Task.Output.self, to: output)
      return .finished
    }
  }

  /// Ends what the slot holds.
  public consuming func drop(_ content: SlotContent) {
    if content.isOutput {
      unsafe memory.assumingMemoryBound(to: Task.Output.self).deinitialize(count: 1)
    } else {
      unsafe memory.assumingMemoryBound(to: Task.self).deinitialize(count: 1)
    }
  }
}

/// What a slot's poll gave. Only the slot says so: a task taken for a finished one would be taken for its output.
@frozen public struct SlotStatus: Equatable, Sendable {
  private let number: UInt8

  static var waiting: SlotStatus { SlotStatus(number: 0) }
  static var ready: SlotStatus { SlotStatus(number: 1) }
  static var finished: SlotStatus { SlotStatus(number: 2) }
}

/// What a slot holds. Only the reactor says so.
@frozen public struct SlotContent: Sendable {
  fileprivate let isOutput: Bool

  static var task: SlotContent { SlotContent(isOutput: false) }
  static var output: SlotContent { SlotContent(isOutput: true) }
}

/// How a reactor reaches a task: the static function table of one type of task.
@frozen public struct TaskFunctions<Task: Schedulable & ~Copyable> {
  private let poll: (consuming TaskSlot<Task>, inout CoreContext) -> SlotStatus
  private let drop: (consuming TaskSlot<Task>, SlotContent) -> Void

  /// The two closures may capture nothing.
  @inline(__always)
  public init(
    poll: @escaping (consuming TaskSlot<Task>, inout CoreContext) -> SlotStatus,
    drop: @escaping (consuming TaskSlot<Task>, SlotContent) -> Void
  ) {
    self.poll = poll
    self.drop = drop
  }

  /// The same without the type, as a slot stores it.
  @inline(__always)
  var erased: ErasedTaskFunctions {
    // SAFETY: a closure is two words, its code and its context, and the same whatever the type of the slot.
    let words = unsafe unsafeBitCast(
      self, to: (poll: UInt, pollContext: UInt, drop: UInt, dropContext: UInt).self)
    precondition(words.pollContext == 0 && words.dropContext == 0, "a task's functions may capture nothing")
    return ErasedTaskFunctions(poll: words.poll, drop: words.drop)
  }
}

/// The code addresses of one task's functions.
struct ErasedTaskFunctions: BitwiseCopyable {
  var poll: UInt = 0
  var drop: UInt = 0

  // In a struct of their own, so that the words are taken for a closure as it is called, and not as it is passed to
  // generic code.
  @unsafe private struct Poll {
    let call: (UnsafeMutableRawPointer, inout CoreContext) -> SlotStatus
  }

  @unsafe private struct Drop {
    let call: (UnsafeMutableRawPointer, SlotContent) -> Void
  }

  /// SAFETY: the caller's `slot` holds a task of the type that these functions were made for.
  @unsafe @inline(__always)
  func poll(_ slot: UnsafeMutableRawPointer, _ context: inout CoreContext) -> SlotStatus {
    unsafe unsafeBitCast((poll, UInt(0)), to: Poll.self).call(slot, &context)
  }

  /// SAFETY: as above.
  @unsafe @inline(__always)
  func drop(_ slot: UnsafeMutableRawPointer, _ content: SlotContent) {
    unsafe unsafeBitCast((drop, UInt(0)), to: Drop.self).call(slot, content)
  }
}
