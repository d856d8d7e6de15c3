/// What the words beside the messages say: the place of a sequence number holds the number itself when it is free for
/// it, and the next number when it is full.
extension SequencedSlots where Message: ~Copyable, Word: ~Copyable {
  /// Whether the message of `sequence` is published and its place not given back.
  @inline(__always)
  func isFull(_ sequence: UInt64) -> Bool { self[word: sequence].loadAcquiring() == sequence &+ 1 }

  /// Whether the place of `sequence` is free for it.
  @inline(__always)
  func isFree(_ sequence: UInt64) -> Bool { self[word: sequence].loadAcquiring() == sequence }

  /// Publishes the messages of `first..<end`: the first one last, because it is the one that readers look at first.
  @inline(__always)
  func publish(_ first: UInt64, upTo end: UInt64) {
    var sequence = end
    while sequence != first {
      self[word: sequence &- 1].storeReleasing(sequence)
      sequence &-= 1
    }
  }

  /// Gives the place of `sequence` free, for the sequence number one lap later.
  @inline(__always)
  func free(_ sequence: UInt64) { self[word: sequence].storeReleasing(sequence &+ count) }

  /// The end of the at most `wanted` messages that are published behind `position`. Complexity: O(`wanted`).
  @inline(__always)
  func published(behind position: UInt64, wanted: UInt64) -> UInt64 {
    var end = position
    while end &- position < wanted, isFull(end) { end &+= 1 }
    return end
  }

  /// Moves `count` messages into empty places.
  @inline(__always)
  func put(_ count: Int, at first: UInt64, _ make: (_ index: Int) -> Message) {
    for index in 0..<count { put(make(index), at: first &+ UInt64(truncatingIfNeeded: index)) }
  }

  /// Moves `count` messages out in their order, leaving their places empty.
  @inline(__always)
  func take(_ count: Int, at first: UInt64, _ receive: (consuming Message) -> Void) {
    for index in 0..<count { receive(take(at: first &+ UInt64(truncatingIfNeeded: index))) }
  }
}
