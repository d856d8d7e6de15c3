import Wire

/// A table's fields, little-endian. They are read at boot only, and one copy of each read in the image is enough.
extension RawSpan {
  @inline(never)
  func word32(at offset: Int) -> UInt32 { littleEndian(at: offset) }

  @inline(never)
  func word64(at offset: Int) -> UInt64 { littleEndian(at: offset) }
}
