// The way from a stub, which knows an urgent task only as an address, to the task's own type.

/// An urgent task as its slot holds it.
struct UrgentRecord<Task: UrgentTask & ~Copyable>: ~Copyable {
  let level: UrgentLevel
  var task: Task
}

/// Where an urgent task lies. Only its stub's call makes one.
///
/// SAFETY: the address is that of the record which was stored with the function that gets it, and a slot's own level
/// keeps a second call from coming while one runs.
@safe public struct UrgentPlace<Task: UrgentTask & ~Copyable> {
  private let address: UnsafeMutableRawPointer

  /// Runs the task for the interrupt that came at `timestamp`.
  @inline(__always)
  public func run(at timestamp: UInt64) {
    let record = unsafe address.assumingMemoryBound(to: UrgentRecord<Task>.self)
    var context = unsafe UrgentContext(timestamp: timestamp, level: record.pointee.level)
    unsafe record.pointee.task.run(&context)
  }
}

/// The function that an urgent interrupt calls, of one type of task.
public struct UrgentEntry<Task: UrgentTask & ~Copyable> {
  private let call: (UrgentPlace<Task>, UInt64) -> Void

  /// The closure may capture nothing.
  @inline(__always)
  public init(_ call: @escaping (UrgentPlace<Task>, UInt64) -> Void) { self.call = call }

  /// Where the code is. The stub calls it as Swift does: two words, in the registers of the first two parameters.
  @inline(__always)
  var address: UInt {
    // SAFETY: a closure is two words, its code and its context.
    let words = unsafe unsafeBitCast(self, to: (code: UInt, context: UInt).self)
    precondition(words.context == 0, "an urgent task's entry may capture nothing")
    return words.code
  }
}
