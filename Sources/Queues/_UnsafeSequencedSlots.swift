import Buffers

/// The slots of a ring where each place has a shared word beside its message, which says for which sequence number the
/// place is free or full: a message and the news of it come in one cache line, when it fits.
///
/// As with `Slots`, any sequence number is in bounds, and whoever moves a message knows the place free or full.
@safe struct SequencedSlots<Message: ~Copyable, Word: SharedWord & ~Copyable>: Copyable, @unchecked Sendable {
  private let base: UnsafeMutableRawPointer
  private let mask: UInt64

  /// Where in a place the message lies.
  private static var messageOffset: Int {
    let alignment = MemoryLayout<Message>.alignment
    return (MemoryLayout<Word>.size + alignment - 1) & ~(alignment - 1)
  }

  /// Bytes from one place to the next: a power of two up to a cache line, then whole lines, so that no place reaches
  /// into a line more than it must.
  private static var stride: Int {
    let size = max(messageOffset + MemoryLayout<Message>.size, MemoryLayout<Message>.alignment)
    guard size < 64 else { return (size + 63) & ~63 }
    var stride = MemoryLayout<Word>.stride
    while stride < size { stride <<= 1 }
    return stride
  }

  /// Carves room for at least `capacity` messages, and two, so that a full place's word differs from a free one's. Every
  /// place is free for its first sequence number. Context: boot.
  init(capacity: Int, firstSequence: UInt64, in arena: inout Arena) throws(ArenaError) {
    var count = 2
    while count < capacity { count <<= 1 }
    let (byteCount, overflow) = Self.stride.multipliedReportingOverflow(by: count)
    guard !overflow else { throw .exhausted }
    unsafe base = try arena.carve(byteCount: byteCount, alignment: max(128, MemoryLayout<Message>.alignment))
    mask = UInt64(count - 1)
    for index in 0..<UInt64(count) {
      let sequence = firstSequence &+ index
      // SAFETY: the place lies inside the carved bytes, and its word is set once, here.
      unsafe place(at: sequence).initializeMemory(as: Word.self, to: Word(sequence))
    }
  }

  /// The number of places.
  var count: UInt64 { mask &+ 1 }

  @inline(__always)
  private func place(at sequence: UInt64) -> UnsafeMutableRawPointer {
    // SAFETY: the mask keeps the index below the number of places.
    unsafe base + Int(truncatingIfNeeded: sequence & mask) &* Self.stride
  }

  @inline(__always)
  private func message(at sequence: UInt64) -> UnsafeMutablePointer<Message> {
    // SAFETY: a message's bytes lie behind the word, aligned, and hold nothing but messages.
    unsafe (place(at: sequence) + Self.messageOffset).assumingMemoryBound(to: Message.self)
  }

  /// The word beside the message.
  subscript(word sequence: UInt64) -> Word {
    @inline(__always) unsafeAddress {
      // SAFETY: every place's word was initialized at boot.
      unsafe UnsafePointer(place(at: sequence).assumingMemoryBound(to: Word.self))
    }
  }

  /// Moves a message into its empty place.
  @inline(__always)
  func put(_ message: consuming Message, at sequence: UInt64) {
    let place = unsafe self.message(at: sequence)
    Word.willWrite(UInt(bitPattern: place))
    // SAFETY: the caller owns the place and knows it empty.
    unsafe place.initialize(to: message)
  }

  /// Moves a message out, leaving its place empty.
  @inline(__always)
  func take(at sequence: UInt64) -> Message {
    let place = unsafe self.message(at: sequence)
    Word.willWrite(UInt(bitPattern: place))
    // SAFETY: the caller owns the place and knows it full.
    return unsafe place.move()
  }

  /// The message in a place, for looking at it or changing it there.
  subscript(sequence: UInt64) -> Message {
    @inline(__always) unsafeAddress {
      let place = unsafe self.message(at: sequence)
      Word.willRead(UInt(bitPattern: place))
      // SAFETY: the caller knows the place full, and that nobody writes it meanwhile.
      return unsafe UnsafePointer(place)
    }
    @inline(__always) nonmutating unsafeMutableAddress {
      let place = unsafe self.message(at: sequence)
      Word.willWrite(UInt(bitPattern: place))
      // SAFETY: the caller owns the place and knows it full.
      return unsafe place
    }
  }
}
