/// Copies between spans in words of eight bytes.
extension MutableRawSpan {
  /// Copies `byteCount` bytes of `source` to `offset`. Traps when they do not lie inside either span.
  @_lifetime(self: copy self)
  public mutating func copy(_ source: RawSpan, from start: Int, byteCount: Int, to offset: Int) {
    var position = 0
    while byteCount &- position >= 8 {
      storeLittleEndian(source.littleEndian(at: start &+ position, as: UInt64.self), at: offset &+ position)
      position &+= 8
    }
    while position < byteCount {
      storeLittleEndian(source.byte(at: start &+ position), at: offset &+ position)
      position &+= 1
    }
  }
}
