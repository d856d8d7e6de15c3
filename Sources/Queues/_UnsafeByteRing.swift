import Buffers

/// The bytes of a ring that cores share, addressed by sequence numbers that wrap: a power of two of them, and behind
/// them a tail, so that what begins before the end of the ring can go on in one piece.
///
/// Each byte is announced by itself: runs of any length at any place then meet exactly where they overlap. Which bytes
/// are whose is what the pipe's shared words say. Every run must lie inside the ring and its tail, or it traps.
@safe struct ByteRing<Word: SharedWord & ~Copyable>: Copyable, @unchecked Sendable {
  private let base: UnsafeMutableRawPointer
  private let mask: UInt64
  private let byteCount: Int

  /// Carves room for at least `capacity` bytes, which must be above zero, and for the tail. Context: boot.
  init(capacity: Int, tailByteCount: Int, in arena: inout Arena) throws(ArenaError) {
    var count = 1
    while count < capacity { count <<= 1 }
    unsafe base = try arena.carve(byteCount: count + tailByteCount, alignment: 128)
    mask = UInt64(count - 1)
    byteCount = count + tailByteCount
  }

  /// Bytes from a sequence number to the end of the ring, without the tail.
  @inline(__always)
  func contiguousByteCount(at sequence: UInt64) -> Int {
    Int(truncatingIfNeeded: (mask &+ 1) &- (sequence & mask))
  }

  /// Where a run lies that begins `offset` bytes behind a sequence number's place, in the tail if need be. The one place
  /// where bounds are checked.
  @inline(__always)
  private func run(at sequence: UInt64, _ offset: Int, byteCount: Int) -> UnsafeMutableRawPointer {
    let start = Int(truncatingIfNeeded: sequence & mask) &+ offset
    precondition(offset >= 0 && byteCount >= 0 && byteCount <= self.byteCount &- start, "no such bytes")
    return unsafe base + start
  }

  /// Copies `source` into the ring.
  @inline(__always)
  func put(_ source: RawSpan, at sequence: UInt64, offset: Int = 0) {
    let run = unsafe self.run(at: sequence, offset, byteCount: source.byteCount)
    announceWrite(UInt(bitPattern: run), source.byteCount)
    // SAFETY: the run is checked, the caller owns it, and a span of other memory cannot overlap it.
    unsafe source.withUnsafeBytes {
      guard let base = $0.baseAddress else { return }
      unsafe run.copyMemory(from: base, byteCount: $0.count)
    }
  }

  /// The bytes of a run.
  ///
  /// The caller must own them for as long as it looks at them.
  @inline(__always) @_lifetime(borrow self)
  func bytes(at sequence: UInt64, offset: Int = 0, byteCount: Int) -> RawSpan {
    let run = unsafe self.run(at: sequence, offset, byteCount: byteCount)
    announceRead(UInt(bitPattern: run), byteCount)
    // SAFETY: the run is checked, and all bytes are initialized for as long as the arena's memory lives.
    return unsafe _overrideLifetime(RawSpan(_unsafeStart: run, byteCount: byteCount), borrowing: self)
  }

  /// Copies a run to `targetOffset` in `target`; traps when it does not fit there.
  @inline(__always)
  func copy(at sequence: UInt64, byteCount: Int, into target: inout MutableRawSpan, at targetOffset: Int) {
    let run = unsafe self.run(at: sequence, 0, byteCount: byteCount)
    precondition(targetOffset >= 0 && byteCount <= target.byteCount &- targetOffset, "no room for the bytes")
    announceRead(UInt(bitPattern: run), byteCount)
    // SAFETY: both ranges are checked, the caller owns them, and a span of other memory cannot overlap the run.
    unsafe target.withUnsafeMutableBytes {
      guard let base = $0.baseAddress else { return }
      unsafe (base + targetOffset).copyMemory(from: run, byteCount: byteCount)
    }
  }

  @inline(__always)
  func putByte(_ byte: UInt8, at sequence: UInt64) {
    let run = unsafe self.run(at: sequence, 0, byteCount: 1)
    Word.willWrite(UInt(bitPattern: run))
    // SAFETY: the run is checked, and the caller owns it.
    unsafe run.storeBytes(of: byte, as: UInt8.self)
  }

  @inline(__always)
  func byte(at sequence: UInt64) -> UInt8 {
    let run = unsafe self.run(at: sequence, 0, byteCount: 1)
    Word.willRead(UInt(bitPattern: run))
    // SAFETY: the run is checked, and the caller owns it.
    return unsafe run.load(as: UInt8.self)
  }

  /// Writes a frame's length in front of it, little-endian: like the frame in one piece.
  @inline(__always)
  func putLength(_ length: Int, _ prefix: FramePrefix, at sequence: UInt64) {
    let run = unsafe self.run(at: sequence, 0, byteCount: prefix.byteCount)
    announceWrite(UInt(bitPattern: run), prefix.byteCount)
    // SAFETY: the run is checked, and the caller owns it.
    switch prefix {
    case .twoBytes:
      unsafe run.storeBytes(of: UInt16(truncatingIfNeeded: length).littleEndian, as: UInt16.self)
    case .fourBytes:
      unsafe run.storeBytes(of: UInt32(truncatingIfNeeded: length).littleEndian, as: UInt32.self)
    }
  }

  /// The length that `putLength` wrote.
  @inline(__always)
  func length(_ prefix: FramePrefix, at sequence: UInt64) -> Int {
    let run = unsafe self.run(at: sequence, 0, byteCount: prefix.byteCount)
    announceRead(UInt(bitPattern: run), prefix.byteCount)
    // SAFETY: the run is checked, and the caller owns it.
    return switch prefix {
    case .twoBytes: Int(UInt16(littleEndian: unsafe run.loadUnaligned(as: UInt16.self)))
    case .fourBytes: Int(UInt32(littleEndian: unsafe run.loadUnaligned(as: UInt32.self)))
    }
  }

  @inline(__always)
  private func announceWrite(_ address: UInt, _ byteCount: Int) {
    for offset in 0..<byteCount { Word.willWrite(address &+ UInt(bitPattern: offset)) }
  }

  @inline(__always)
  private func announceRead(_ address: UInt, _ byteCount: Int) {
    for offset in 0..<byteCount { Word.willRead(address &+ UInt(bitPattern: offset)) }
  }
}
