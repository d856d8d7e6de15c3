import Buffers

/// The slots of a ring whose writer waits for nobody: places of a version and a message, all made of shared words, so
/// that reading one while it is overwritten is no race but a mismatch of versions.
///
/// The version is odd while a message is written and even when it is there. It tells the sequence number, so a reader
/// sees whether its message has come, has not, or was overwritten.
@safe struct OverwritingSlots<Message: BitwiseCopyable, Word: SharedWord & ~Copyable>: @unchecked Sendable {
  private let base: UnsafeMutableRawPointer

  /// Words of a message: eight bytes each.
  private static var payload: Int { (MemoryLayout<Message>.size + 7) / 8 }
  private static var stride: Int { (1 + payload) * MemoryLayout<Word>.stride }

  /// Carves `capacity` places, the first one for the message of `firstSequence`. Context: boot.
  init(capacity: Int, firstSequence: UInt64, in arena: inout Arena) throws(ArenaError) {
    let (byteCount, overflow) = Self.stride.multipliedReportingOverflow(by: capacity)
    guard !overflow else { throw .exhausted }
    unsafe base = try arena.carve(byteCount: byteCount, alignment: 128)
    for place in 0..<capacity {
      let version = Self.version(of: firstSequence &+ UInt64(truncatingIfNeeded: place)) &- 2
      for index in 0...Self.payload {
        // SAFETY: the place lies inside the carved bytes, and each of its words is set once, here.
        unsafe address(place, index).initializeMemory(as: Word.self, to: Word(index == 0 ? version : 0))
      }
    }
  }

  /// What the version of a place is when it holds the message of `sequence`.
  @inline(__always)
  private static func version(of sequence: UInt64) -> UInt64 { sequence &* 2 &+ 2 }

  @inline(__always)
  private func address(_ place: Int, _ index: Int) -> UnsafeMutableRawPointer {
    // SAFETY: ends step their places within the capacity.
    unsafe base + (place &* Self.stride &+ index &* MemoryLayout<Word>.stride)
  }

  /// The version of a place, or one of the words behind it.
  private subscript(place: Int, index: Int) -> Word {
    @inline(__always) unsafeAddress {
      // SAFETY: every word was initialized at boot.
      unsafe UnsafePointer(address(place, index).assumingMemoryBound(to: Word.self))
    }
  }

  /// Writes the message of `sequence` over whatever the place holds.
  @inline(__always)
  func write(_ message: Message, to place: Int, as sequence: UInt64) {
    self[place, 0].store(Self.version(of: sequence) &- 1)
    unsafe withUnsafeBytes(of: message) { bytes in
      for index in 0..<Self.payload {
        // Releasing: whoever sees the new word sees the odd version too.
        self[place, 1 &+ index].storeReleasing(unsafe Self.word(index, of: bytes))
      }
    }
    self[place, 0].storeReleasing(Self.version(of: sequence))
  }

  /// Copies the message of `sequence` out, if it is there from beginning to end.
  @inline(__always)
  func read(_ place: Int, as sequence: UInt64) -> OverwritingSight<Message> {
    let version = self[place, 0].loadAcquiring()
    guard version == Self.version(of: sequence) else { return Self.sight(version, of: sequence) }
    return unsafe withUnsafeTemporaryAllocation(of: Message.self, capacity: 1) { copy in
      let bytes = UnsafeMutableRawBufferPointer(copy)
      for index in 0..<Self.payload {
        // Acquiring: a word of a later message brings that message's odd version with it.
        unsafe Self.setWord(index, of: bytes, to: self[place, 1 &+ index].loadAcquiring())
      }
      let after = self[place, 0].load()
      guard after == version else { return Self.sight(after, of: sequence) }
      // SAFETY: all bytes are of the one message that the version names.
      return unsafe .message(copy[0])
    }
  }

  /// What a version says to whoever wants another one.
  private static func sight(_ version: UInt64, of sequence: UInt64) -> OverwritingSight<Message> {
    let lead = Int64(bitPattern: version &- Self.version(of: sequence))
    return lead < 0 ? .absent : .overwritten(lead: (UInt64(lead) &+ 1) / 2)
  }

  /// Eight bytes of a message, or the fewer that are left, as a word.
  @inline(__always)
  private static func word(_ index: Int, of bytes: UnsafeRawBufferPointer) -> UInt64 {
    let first = index &* 8
    if first &+ 8 <= MemoryLayout<Message>.size {
      // SAFETY: the eight bytes lie inside the message.
      return unsafe bytes.loadUnaligned(fromByteOffset: first, as: UInt64.self)
    }
    var word: UInt64 = 0
    for byte in first..<MemoryLayout<Message>.size {
      word |= unsafe UInt64(bytes[byte]) << UInt64(truncatingIfNeeded: (byte &- first) &* 8)
    }
    return word
  }

  @inline(__always)
  private static func setWord(_ index: Int, of bytes: UnsafeMutableRawBufferPointer, to word: UInt64) {
    let first = index &* 8
    if first &+ 8 <= MemoryLayout<Message>.size {
      // SAFETY: the eight bytes lie inside the message.
      return unsafe bytes.storeBytes(of: word, toByteOffset: first, as: UInt64.self)
    }
    for byte in first..<MemoryLayout<Message>.size {
      unsafe bytes[byte] = UInt8(truncatingIfNeeded: word >> UInt64(truncatingIfNeeded: (byte &- first) &* 8))
    }
  }
}

/// What a reader finds in a place.
enum OverwritingSight<Message: BitwiseCopyable> {
  case message(Message)
  /// Not written yet, or not to the end.
  case absent
  /// The place holds, or is about to hold, the message of so many sequence numbers later.
  case overwritten(lead: UInt64)
}
