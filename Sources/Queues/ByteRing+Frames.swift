/// Lengths in front of frames, little-endian, byte by byte: a prefix may lie anywhere.
extension ByteRing where Word: ~Copyable {
  @inline(__always)
  func putLength(_ length: Int, _ prefix: FramePrefix, at sequence: UInt64) {
    for index in 0..<prefix.byteCount {
      putByte(UInt8(truncatingIfNeeded: length >> (8 * index)), at: sequence, offset: index)
    }
  }

  @inline(__always)
  func length(_ prefix: FramePrefix, at sequence: UInt64) -> Int {
    var length = 0
    for index in 0..<prefix.byteCount {
      length |= Int(byte(at: sequence, offset: index)) << (8 * index)
    }
    return length
  }
}
