import Buffers

/// The slots of a ring that cores share: raw places, a power of two of them, addressed by sequence numbers that wrap.
///
/// Any sequence number is in bounds. Which places hold a message is what the queue's shared words say: whoever moves
/// into a place must know it empty, and whoever moves out of one must know it full.
@safe public struct Slots<Message: ~Copyable, Word: SharedWord & ~Copyable>: Copyable, @unchecked Sendable {
  private let base: UnsafeMutablePointer<Message>
  private let mask: UInt64

  /// Carves room for at least `capacity` messages, which must be above zero. Context: boot.
  ///
  /// - Parameter headByteCount: bytes in front of the places, for somebody else; a multiple of 128.
  init(capacity: Int, headByteCount: Int = 0, in arena: inout Arena) throws(ArenaError) {
    var count = 1
    while count < capacity { count <<= 1 }
    let (byteCount, overflow) = MemoryLayout<Message>.stride.multipliedReportingOverflow(by: count)
    guard !overflow, byteCount <= Int.max - headByteCount else { throw .exhausted }
    let memory = unsafe try arena.carve(
      byteCount: headByteCount + byteCount, alignment: max(128, MemoryLayout<Message>.alignment))
    // SAFETY: the carved bytes are exclusively ours, aligned and large enough.
    unsafe base = (memory + headByteCount).bindMemory(to: Message.self, capacity: count)
    mask = UInt64(count - 1)
  }

  /// Where the places begin, and the bytes in front of them end.
  @unsafe var start: UnsafeMutableRawPointer { unsafe UnsafeMutableRawPointer(base) }

  /// The number of places: the capacity, rounded up to a power of two.
  var placeCount: UInt64 { mask &+ 1 }

  /// Where a message lies. Whoever goes there announces it to `Word` first.
  @inline(__always)
  func place(at sequence: UInt64) -> UnsafeMutablePointer<Message> {
    // SAFETY: the mask keeps the index below the number of places.
    unsafe base + Int(truncatingIfNeeded: sequence & mask)
  }

  /// Moves a message into its empty place.
  @inline(__always)
  func put(_ message: consuming Message, at sequence: UInt64) {
    unsafe put(message, to: place(at: sequence))
  }

  /// Moves a message out, leaving its place empty.
  @inline(__always)
  func take(at sequence: UInt64) -> Message { unsafe take(from: place(at: sequence)) }

  /// Moves `count` messages into empty places, in at most two runs of places that lie side by side.
  ///
  /// - Parameter make: gives the message number `index`.
  @inline(__always)
  func put(_ count: Int, at first: UInt64, _ make: (_ index: Int) -> Message) {
    let run = min(count, placesUntilWrap(at: first))
    unsafe put(0, upTo: run, from: place(at: first), make)
    if run < count { unsafe put(run, upTo: count, from: base, make) }
  }

  /// Moves `count` messages out in their order, leaving their places empty.
  @inline(__always)
  func take(_ count: Int, at first: UInt64, _ receive: (consuming Message) -> Void) {
    let run = min(count, placesUntilWrap(at: first))
    unsafe take(run, from: place(at: first), receive)
    if run < count { unsafe take(count &- run, from: base, receive) }
  }

  /// Places from that of `sequence` to the last in memory.
  @inline(__always)
  private func placesUntilWrap(at sequence: UInt64) -> Int {
    Int(truncatingIfNeeded: mask &+ 1 &- (sequence & mask))
  }

  @inline(__always)
  private func put(
    _ start: Int, upTo end: Int, from first: UnsafeMutablePointer<Message>, _ make: (_ index: Int) -> Message
  ) {
    var index = start
    while index < end {
      unsafe put(make(index), to: first + (index &- start))
      index &+= 1
    }
  }

  @inline(__always)
  private func take(
    _ count: Int, from first: UnsafeMutablePointer<Message>, _ receive: (consuming Message) -> Void
  ) {
    var index = 0
    while index < count {
      receive(unsafe take(from: first + index))
      index &+= 1
    }
  }

  @inline(__always)
  private func put(_ message: consuming Message, to place: UnsafeMutablePointer<Message>) {
    Word.willWrite(UInt(bitPattern: place))
    // SAFETY: the caller owns the place and knows it empty.
    unsafe place.initialize(to: message)
  }

  @inline(__always)
  private func take(from place: UnsafeMutablePointer<Message>) -> Message {
    Word.willWrite(UInt(bitPattern: place))
    // SAFETY: the caller owns the place and knows it full.
    return unsafe place.move()
  }

  /// The message in a place, for looking at it or changing it there.
  subscript(sequence: UInt64) -> Message {
    @inline(__always) unsafeAddress {
      let place = unsafe self.place(at: sequence)
      Word.willRead(UInt(bitPattern: place))
      // SAFETY: the caller knows the place full, and that nobody writes it meanwhile.
      return unsafe UnsafePointer(place)
    }
    @inline(__always) nonmutating unsafeMutableAddress {
      let place = unsafe self.place(at: sequence)
      Word.willWrite(UInt(bitPattern: place))
      // SAFETY: the caller owns the place and knows it full.
      return unsafe place
    }
  }
}

extension Slots where Message: BitwiseCopyable, Word: ~Copyable {
  /// The bytes of a message in its place.
  @inline(__always) @_lifetime(borrow self)
  func bytes(at sequence: UInt64) -> RawSpan {
    let place = unsafe self.place(at: sequence)
    Word.willRead(UInt(bitPattern: place))
    // SAFETY: the caller knows the place full, and that nobody writes it meanwhile; places are never freed.
    let bytes = unsafe RawSpan(_unsafeStart: place, byteCount: MemoryLayout<Message>.size)
    return unsafe _overrideLifetime(bytes, borrowing: self)
  }
}
