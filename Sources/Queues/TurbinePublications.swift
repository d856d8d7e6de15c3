import Buffers

/// What was published last in each place of a turbine with many producers: its sequence number, so that a consumer
/// finds the end of what is there without a gap, in whatever order producers publish.
struct TurbinePublications<Word: SharedWord & ~Copyable>: Sendable {
  /// Added to a sequence number whose place holds no message.
  private static var abandonment: UInt64 { 1 << 63 }

  private let words: TurbineWords<Word>
  private let mask: UInt64

  init(placeCount: Int, firstSequence: UInt64, in arena: inout Arena) throws(ArenaError) {
    // The number before the first is looked for in no place for the next 2^64 messages.
    words = try TurbineWords(
      count: placeCount, repeating: firstSequence &- 1, isSpaced: false, in: &arena)
    mask = UInt64(placeCount - 1)
  }

  /// Publishes `count` messages at once: who sees the first sees all of them.
  @inline(__always)
  func publish(_ count: UInt64, from first: UInt64) { mark(count, from: first, with: 0) }

  /// Lets consumers pass over places that were claimed and hold no messages.
  func abandon(_ count: UInt64, from first: UInt64) { mark(count, from: first, with: Self.abandonment) }

  func reach(at position: UInt64, upTo limit: UInt64) -> TurbineReach {
    var count: UInt64 = 0
    while count < limit {
      let expected = position &+ count
      let found = words[place(expected)].loadAcquiring()
      if found != expected {
        if count == 0, found == expected ^ Self.abandonment { return .abandoned }
        break
      }
      count &+= 1
    }
    return count > 0 ? .messages(count) : .nothing
  }

  /// The first is marked last, and releases all: consumers go through them in order and stop at the first.
  @inline(__always)
  private func mark(_ count: UInt64, from first: UInt64, with bits: UInt64) {
    var left = count &- 1
    while left > 0 {
      let sequence = first &+ left
      words[place(sequence)].store(sequence ^ bits)
      left &-= 1
    }
    words[place(first)].storeReleasing(first ^ bits)
  }

  @inline(__always)
  private func place(_ sequence: UInt64) -> Int { Int(truncatingIfNeeded: sequence & mask) }
}
