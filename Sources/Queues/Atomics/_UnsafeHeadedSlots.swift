import Buffers

/// Slots with `wordCount` shared words right in front of them: one address leads to both, which saves each end of a ring
/// a load for every message.
@safe struct HeadedSlots<let wordCount: Int, Message: ~Copyable, Word: SharedWord & ~Copyable>: Sendable {
  let slots: Slots<Message, Word>

  /// Carves the words, which start as `value`, and room for at least `capacity` messages. Context: boot.
  init(capacity: Int, words value: UInt64, in arena: inout Arena) throws(ArenaError) {
    slots = try Slots(capacity: capacity, headByteCount: Self.headByteCount, in: &arena)
    // SAFETY: the head was just carved for them.
    unsafe words.initialize(repeating: value)
  }

  private static var headByteCount: Int { wordCount * SharedWords<wordCount, Word>.stride }

  @inline(__always)
  var words: SharedWords<wordCount, Word> {
    // SAFETY: the head holds the words from its beginning to its end, where the slots begin.
    unsafe SharedWords(at: slots.start - Self.headByteCount)
  }
}
