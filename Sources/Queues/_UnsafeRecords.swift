import Buffers

/// Records of one size in memory that lives as long as its arena, each a shared word and a payload; and beside them the
/// word that says which are free. A copy of this is a pointer, and means the same records.
///
///     0        128         256
///     | layout | free word | word, payload | word, payload | ...
///
/// A record is named by its place, in units of 64 bytes from the beginning: no place is 0, and to find a record takes a
/// shift. The payload of a record belongs to whoever took it: see `take`.
@safe public struct Records<Word: SharedWord & ~Copyable>: Copyable, @unchecked Sendable {
  /// Bits of a word that hold a place: so all records together have 64 GiB.
  static var placeBits: UInt64 { 30 }
  /// The most records there can be.
  static var largestCount: Int { 1 << 24 }
  /// A place's unit, a cache line: no two records share one.
  private static var unit: Int { 64 }
  private static var freeOffset: Int { 128 }
  private static var recordsOffset: Int { 256 }

  private let base: UnsafeMutableRawPointer

  /// Carves `count` records, 1 to `largestCount`, all free. Context: boot.
  ///
  /// - Parameter payloadAlignment: a power of two up to 64.
  init(
    count: Int, payloadByteCount: Int, payloadAlignment: Int, in arena: inout Arena
  ) throws(ArenaError) {
    precondition(count > 0 && count <= Self.largestCount && payloadByteCount >= 0)
    precondition(payloadAlignment <= Self.unit, "no record is aligned to more than its unit")
    let limit = Self.unit << Int(Self.placeBits) - Self.recordsOffset
    guard payloadByteCount < limit else { throw .exhausted }
    let stride = roundUp(
      Self.payloadOffset(alignment: payloadAlignment) + payloadByteCount, to: Self.unit)
    guard stride <= limit / count else { throw .exhausted }
    let byteCount = Self.recordsOffset + count * stride
    unsafe base = try arena.carve(byteCount: byteCount, alignment: 128)
    let layout = RecordLayout(
      endPlace: UInt64(byteCount / Self.unit), count: count, payloadByteCount: payloadByteCount)
    // SAFETY: the carved range holds the layout, the free word and all records.
    unsafe base.initializeMemory(as: RecordLayout.self, to: layout)
    var below: UInt64 = 0
    for index in 0..<count {
      let offset = Self.recordsOffset + index * stride
      let link = Self.link(to: below, freeCount: UInt64(index + 1))
      unsafe (base + offset).initializeMemory(as: Word.self, to: Word(link))
      below = UInt64(offset / Self.unit)
    }
    unsafe (base + Self.freeOffset).initializeMemory(as: Word.self, to: Word(below))
  }

  /// Where a payload lies in its record.
  @inline(__always)
  static func payloadOffset(alignment: Int) -> Int { roundUp(MemoryLayout<Word>.stride, to: alignment) }

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
  subscript(place: UInt64) -> Word {
    @inline(__always) unsafeAddress {
      // SAFETY: as above; places come only from the words, which hold places of records.
      unsafe UnsafePointer(record(place).assumingMemoryBound(to: Word.self))
    }
  }

  /// Where the payload of a record lies, `alignment` being what it was made with. The caller must own the record.
  @unsafe @inline(__always)
  func payload(_ place: UInt64, alignment: Int) -> UnsafeMutableRawPointer {
    unsafe record(place) + Self.payloadOffset(alignment: alignment)
  }

  @inline(__always)
  private func record(_ place: UInt64) -> UnsafeMutableRawPointer {
    precondition(place < layout.endPlace, "no such record")
    // SAFETY: the place was checked.
    return unsafe base + Int(truncatingIfNeeded: place) &* Self.unit
  }

  private var layout: RecordLayout {
    // SAFETY: initialized with the records, and never written again.
    @inline(__always) unsafeAddress { unsafe UnsafePointer(base.assumingMemoryBound(to: RecordLayout.self)) }
  }
}

private struct RecordLayout {
  /// The place behind the last record.
  let endPlace: UInt64
  let count: Int
  let payloadByteCount: Int
}

@inline(__always)
private func roundUp(_ byteCount: Int, to alignment: Int) -> Int {
  (byteCount + alignment - 1) & ~(alignment - 1)
}
