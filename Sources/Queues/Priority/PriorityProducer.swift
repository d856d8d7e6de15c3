/// The producing end of a queue with priorities: an end for each class.
public struct PriorityProducer<End: Producer & ~Copyable>: ~Copyable {
  private let ends: Slots<End, HardwareWord>
  private let count: Int

  /// Takes over `count` ends.
  init(_ ends: Slots<End, HardwareWord>, count: Int) {
    self.ends = ends
    self.count = count
  }

  deinit {
    for index in 0..<UInt64(count) { _ = ends.take(at: index) }
  }

  /// Messages of each class that the queue holds at most.
  public var capacity: Int { ends[0].capacity }

  /// Messages of all classes that this producer has dropped, as its overflow policy asks.
  public var droppedCount: UInt64 {
    var sum: UInt64 = 0
    for index in 0..<UInt64(count) { sum &+= ends[index].droppedCount }
    return sum
  }

  /// Adds a message behind those of its class; gives it back when its class has no room and the policy is to refuse, or
  /// when no consumer is left.
  ///
  /// - Parameter priority: the class, 0 the most urgent, below the number of classes.
  @inline(__always)
  public mutating func push(_ message: consuming End.Message, class priority: Int) -> End.Message? {
    precondition(UInt(bitPattern: priority) < UInt(bitPattern: count), "no such priority class")
    return ends[UInt64(truncatingIfNeeded: priority)].push(message)
  }
}

extension PriorityProducer where End: ~Copyable {
  /// A crossing of a watermark of one class not told yet: each is told once.
  public mutating func pressureChange<Message: ~Copyable, Word: SharedWord & ~Copyable>(
    class priority: Int
  ) -> Pressure? where End == VecLinkProducer<Message, Word> {
    precondition(UInt(bitPattern: priority) < UInt(bitPattern: count), "no such priority class")
    return ends[UInt64(truncatingIfNeeded: priority)].pressureChange()
  }
}

/// An end belongs to whoever has it, on whichever core that is.
extension PriorityProducer: Sendable where End: Sendable & ~Copyable {}
