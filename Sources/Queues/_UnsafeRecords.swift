import Buffers

/// Records of one size in memory that lives as long as its arena, each a shared word and a payload, numbered from 1; and
/// beside them the word that says which are free. A copy of this is a pointer, and means the same records.
///
///     0        128         256
///     | layout | free word | word, payload | word, payload | ...
///
/// The payload of a record belongs to whoever took it: see `take`.
@safe public struct Records<Word: SharedWord & ~Copyable>: Copyable, @unchecked Sendable {
  /// Bits of a word that hold a record's number.
  static var numberBits: UInt64 { 24 }
  /// The most records there can be.
  static var largestCount: Int { 1 << 24 - 1 }

  private static var freeOffset: Int { 128 }
  private static var recordsOffset: Int { 256 }
  /// So that no two records share a cache line.
  private static var alignment: Int { 64 }

  private let base: UnsafeMutableRawPointer

  /// Carves `count` records, 1 to `largestCount`, all free. Context: boot.
  init(
    count: Int, payloadByteCount: Int, payloadAlignment: Int, in arena: inout Arena
  ) throws(ArenaError) {
    precondition(count > 0 && count <= Self.largestCount && payloadByteCount >= 0)
    let alignment = max(Self.alignment, payloadAlignment)
    let payloadOffset = roundUp(MemoryLayout<Word>.stride, to: payloadAlignment)
    guard payloadByteCount <= Int.max / (Self.largestCount + 1) - payloadOffset - alignment else {
      throw .exhausted
    }
    let stride = roundUp(payloadOffset + payloadByteCount, to: alignment)
    let start = roundUp(Self.recordsOffset, to: alignment)
    unsafe base = try arena.carve(byteCount: start + count * stride, alignment: max(128, alignment))
    let layout = RecordLayout(
      start: start - stride, stride: stride, payloadOffset: payloadOffset, count: count,
      payloadByteCount: payloadByteCount)
    // SAFETY: the carved range holds the layout, the free word and all records, at the places that the layout names.
    unsafe base.initializeMemory(as: RecordLayout.self, to: layout)
    unsafe (base + Self.freeOffset).initializeMemory(as: Word.self, to: Word(UInt64(count)))
    for number in 1...count {
      let link = Self.link(to: UInt64(number - 1), freeCount: UInt64(number))
      unsafe (base + layout.start + number * stride).initializeMemory(as: Word.self, to: Word(link))
    }
  }

  /// Records there are.
  var count: Int { layout.count }
  /// Bytes of a record's payload.
  var payloadByteCount: Int { layout.payloadByteCount }

  /// Which records are free.
  var free: Word {
    @inline(__always) unsafeAddress {
      // SAFETY: the word is initialized for as long as the arena's memory lives.
      unsafe UnsafePointer((base + Self.freeOffset).assumingMemoryBound(to: Word.self))
    }
  }

  /// The word of a record: whose it is depends on whether the record is free.
  subscript(number: UInt64) -> Word {
    @inline(__always) unsafeAddress {
      // SAFETY: as above.
      unsafe UnsafePointer(record(number).assumingMemoryBound(to: Word.self))
    }
  }

  /// Where the payload of a record lies. The caller must own the record.
  @unsafe @inline(__always)
  func payload(_ number: UInt64) -> UnsafeMutableRawPointer {
    unsafe record(number) + layout.payloadOffset
  }

  @inline(__always)
  private func record(_ number: UInt64) -> UnsafeMutableRawPointer {
    let layout = layout
    precondition(number &- 1 < UInt64(truncatingIfNeeded: layout.count), "no such record")
    // SAFETY: the number was checked.
    return unsafe base + (layout.start &+ Int(truncatingIfNeeded: number) &* layout.stride)
  }

  private var layout: RecordLayout {
    // SAFETY: initialized with the records, and never written again.
    @inline(__always) get { unsafe base.assumingMemoryBound(to: RecordLayout.self).pointee }
  }
}

/// Where everything lies, in bytes from the beginning.
private struct RecordLayout {
  /// Where a record with number 0 would lie.
  let start: Int
  let stride: Int
  let payloadOffset: Int
  let count: Int
  let payloadByteCount: Int
}

private func roundUp(_ byteCount: Int, to alignment: Int) -> Int {
  (byteCount + alignment - 1) & ~(alignment - 1)
}
