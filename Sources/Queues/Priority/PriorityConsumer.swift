public import Streams
public import Timing

/// The consuming end of a queue with priorities: picks among the classes, and within one in order.
///
/// As a discipline it takes the next message by the classes' rule; a budget of 0 takes nothing. A message that another
/// core publishes while the classes are looked at is seen by this poll or by the next one. Over a queue within one
/// core, such as `RingBuffer`, it is the producing end as well.
public struct PriorityConsumer<End: Consumer & ~Copyable>: Consumer, ~Copyable {
  public typealias Message = End.Message
  private let ends: Slots<End, HardwareWord>
  private let classes: PriorityClasses
  /// By weight: whose turn it is, and how many messages are left of it.
  private var turn = 0
  private var credit: UInt32

  /// Takes over an end for each class.
  init(_ ends: Slots<End, HardwareWord>, _ classes: PriorityClasses) {
    self.ends = ends
    self.classes = classes
    credit = classes.weights[0]
  }

  deinit {
    for index in 0..<UInt64(classes.count) { _ = ends.take(at: index) }
  }

  /// Messages of all classes that the queue holds at most.
  public var capacity: Int { ends[0].capacity &* classes.count }

  /// Takes the next message. Complexity: O(number of classes).
  @inline(__always)
  public mutating func poll(at now: Instant) -> Poll<End.Message, Never> {
    classes.isStrict ? poll(below: classes.count, at: now) : pollByWeight(at: now)
  }

  /// Takes the next message of the classes more urgent than `limit`, the most urgent first, whatever the rule.
  ///
  /// Classes are looked at one after another, so a poll can miss a message and still take a less urgent one that was
  /// pushed after it. Whoever must not look again below the class of what it took: what was pushed before that is seen.
  @inline(__always)
  public mutating func poll(below limit: Int, at now: Instant) -> Poll<End.Message, Never> {
    precondition(limit <= classes.count, "no such priority class")
    var endedCount = 0
    var priority = 0
    while priority < limit {
      switch ends[UInt64(truncatingIfNeeded: priority)].poll(at: now) {
      case .ready(let message): return .ready(message)
      case .ended: endedCount &+= 1
      case .pending: break
      }
      priority &+= 1
    }
    return endedCount == limit ? .ended : .pending
  }

  /// What is left of the present turn, then a turn of each class.
  private mutating func pollByWeight(at now: Instant) -> Poll<End.Message, Never> {
    if credit > 0, case .ready(let message) = ends[UInt64(truncatingIfNeeded: turn)].poll(at: now) {
      credit &-= 1
      return .ready(message)
    }
    var endedCount = 0
    for _ in 0..<classes.count {
      turn = turn &+ 1 == classes.count ? 0 : turn &+ 1
      credit = classes.weights[turn]
      switch ends[UInt64(truncatingIfNeeded: turn)].poll(at: now) {
      case .ready(let message):
        credit &-= 1
        return .ready(message)
      case .ended: endedCount &+= 1
      case .pending: break
      }
    }
    return endedCount == classes.count ? .ended : .pending
  }
}

extension PriorityConsumer where End: Producer & ~Copyable {
  /// Adds a message behind those of its class; gives it back when its class has no room and the policy is to refuse.
  ///
  /// - Parameter priority: the class, 0 the most urgent, below the number of classes.
  @inline(__always)
  public mutating func push(_ message: consuming End.Message, class priority: Int) -> End.Message? {
    precondition(UInt(bitPattern: priority) < UInt(bitPattern: classes.count), "no such priority class")
    return ends[UInt64(truncatingIfNeeded: priority)].push(message)
  }

  /// Messages of all classes that were dropped, as the overflow policy asks.
  public var droppedCount: UInt64 {
    var sum: UInt64 = 0
    for index in 0..<UInt64(classes.count) { sum &+= ends[index].droppedCount }
    return sum
  }
}

extension PriorityConsumer where End: ~Copyable {
  /// The most urgent class that has a message, of those more urgent than `limit`: what `poll(below:at:)` would take from.
  /// Nothing when there is no message, whether or not more can come.
  @inline(__always)
  public mutating func firstClass<Message: ~Copyable, Word: SharedWord & ~Copyable>(below limit: Int) -> Int?
  where End == VecLinkConsumer<Message, Word> {
    precondition(limit <= classes.count, "no such priority class")
    var priority = 0
    while priority < limit {
      if ends[UInt64(truncatingIfNeeded: priority)].hasMessage() { return priority }
      priority &+= 1
    }
    return nil
  }

  /// The next message of a class that `firstClass(below:)` has told of, to be looked at where it lies until it is dropped.
  @inline(__always)
  public mutating func next<Message: ~Copyable, Word: SharedWord & ~Copyable>(
    of priority: Int
  ) -> RingPlace<VecRing<Message, Word>>
  where End == VecLinkConsumer<Message, Word> {
    ends[UInt64(truncatingIfNeeded: priority)].place
  }

  /// Drops the next message of a class. Traps when there is none.
  @inline(__always)
  public mutating func drop<Message: ~Copyable, Word: SharedWord & ~Copyable>(from priority: Int)
  where End == VecLinkConsumer<Message, Word> {
    ends[UInt64(truncatingIfNeeded: priority)].drop()
  }

  /// Asks for the wake hook at the next message of any class, or when the producer leaves. True when there is one already,
  /// or the end: take it first, and ask again. Complexity: O(number of classes).
  public mutating func armWakeup<Message: ~Copyable, Word: SharedWord & ~Copyable>() -> Bool
  where End == VecLinkConsumer<Message, Word> {
    // The rings of all classes have the same sleeper.
    let ring = ends[0].ring
    return ring.arm { hasNews() }
  }

  private mutating func hasNews<Message: ~Copyable, Word: SharedWord & ~Copyable>() -> Bool
  where End == VecLinkConsumer<Message, Word> {
    var endedCount = 0
    for priority in 0..<UInt64(classes.count) {
      switch ends[priority].sight() {
      case .full: return true
      case .over: endedCount &+= 1
      case .empty: break
      }
    }
    return endedCount == classes.count
  }
}

/// An end belongs to whoever has it, on whichever core that is.
extension PriorityConsumer: Sendable where End: Sendable & ~Copyable {}

extension PriorityConsumer where End: ~Copyable {
  /// Messages of all classes lost since this was asked last, with the policy to drop the oldest.
  public mutating func takeLostCount<Message: ~Copyable>() -> UInt64 where End == RingBuffer<Message> {
    var sum: UInt64 = 0
    for index in 0..<UInt64(classes.count) { sum &+= ends[index].takeLostCount() }
    return sum
  }
}
