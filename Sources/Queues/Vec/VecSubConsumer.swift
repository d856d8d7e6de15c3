import Buffers
public import Streams
public import Timing

/// The consuming end of a `VecSub`.
///
/// It takes at most `QueueProperties.batch` messages from one producer before it looks at the next. So a message that is
/// its producer's next waits for at most `batch` messages of each other producer, and a poll looks at each
/// ring at most once. Wait-free.
public struct VecSubConsumer<Message: ~Copyable, Word: SharedWord & ~Copyable>: Consumer, ~Copyable {
  private let rings: Table<Placed<VecRing<Message, Word>>>
  private var readers: Table<RingReader<VecRing<Message, Word>>>
  private let sleepers: Sleepers<Word>
  private let batch: Int
  /// Whose turn it is, and how many messages it may still give.
  private var turn = 0
  private var allowance: Int

  init(_ producers: Int, _ properties: QueueProperties, in arena: inout Arena) throws(ArenaError) {
    let sleepers = try Sleepers<Word>(count: 1, properties.waiting, in: &arena)
    let first = try VecRing<Message, Word>(properties, sleepers, in: &arena)
    var rings = try Table(repeating: try Placed(first, in: &arena), count: producers, in: &arena)
    for index in 1..<producers {
      rings[index] = try Placed(VecRing(properties, sleepers, in: &arena), in: &arena)
    }
    readers = try Table(count: producers, in: &arena) {
      RingReader(rings[$0].value, at: properties.firstSequence)
    }
    self.rings = rings
    self.sleepers = sleepers
    batch = properties.batch
    allowance = properties.batch
  }

  deinit {
    for index in 0..<readers.count { readers[index].ring.departReader() }
  }

  var producerCount: Int { readers.count }
  func ring(_ index: Int) -> Placed<VecRing<Message, Word>> { rings[index] }

  /// Messages each producer's ring holds at most.
  public var capacity: Int { readers[0].ring.properties.capacity }

  /// Messages in the queue, of all producers; they may add some meanwhile. Complexity: O(producers).
  public var count: Int {
    var sum = 0
    for index in 0..<readers.count { sum &+= readers[index].count }
    return sum
  }

  /// Complexity: O(producers).
  @inline(__always)
  public mutating func poll(at now: Instant) -> Poll<Message, Never> {
    if allowance > 0, case .ready(let message) = readers[turn].poll() {
      allowance &-= 1
      return .ready(message)
    }
    return pollOthers()
  }

  /// Takes up to `limit` messages, at most a batch from each producer beside what is left of a turn that was begun, and
  /// gives their places back.
  ///
  /// - Returns: how many there were. Complexity: O(producers) beside the messages.
  @inline(__always)
  public mutating func drain(upTo limit: Int, _ receive: (consuming Message) -> Void) -> Int {
    // A turn that was begun before is finished first; whoever has it gets a whole one behind the others.
    var visits = allowance < batch ? readers.count &+ 1 : readers.count
    var taken = 0
    while visits > 0 {
      let count = readers[turn].drain(upTo: min(limit &- taken, allowance), receive)
      taken &+= count
      allowance &-= count
      guard taken < limit else { break }
      passTurn()
      visits &-= 1
    }
    return taken
  }

  /// Asks for the wake hook at the next message, or when the last producer leaves. True when there is one already: poll
  /// first, and ask again.
  public mutating func armWakeup() -> Bool {
    let sleepers = self.sleepers
    return sleepers.arm(0) { hasNews() }
  }

  private mutating func hasNews() -> Bool {
    var ended = 0
    for index in 0..<readers.count {
      switch readers[index].sight() {
      case .full: return true
      case .over: ended &+= 1
      case .empty: break
      }
    }
    return ended == readers.count
  }

  private mutating func pollOthers() -> Poll<Message, Never> {
    var ended = 0
    for _ in 0..<readers.count {
      passTurn()
      switch readers[turn].poll() {
      case .ready(let message):
        allowance &-= 1
        return .ready(message)
      case .ended: ended &+= 1
      case .pending: break
      }
    }
    return ended == readers.count ? .ended : .pending
  }

  private mutating func passTurn() {
    turn = turn &+ 1 == readers.count ? 0 : turn &+ 1
    allowance = batch
  }
}

/// An end belongs to whoever has it, on whichever core that is.
extension VecSubConsumer: Sendable where Message: Sendable & ~Copyable, Word: ~Copyable {}
