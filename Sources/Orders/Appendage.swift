import Wire

/// Checks the optional end of a message: the appendage's length (two bytes at `offset`), then that many bytes of
/// tags, each {length of the rest, tag, value} (OUCH 5.0, 1.2), and then nothing more.
///
/// Complexity: O(n) in the number of tags, at most half the message's bytes.
@inline(__always)
func checkAppendage(in bytes: RawSpan, at offset: Int) throws(MalformedMessage) {
  let start = offset &+ 2
  guard bytes.byteCount >= start else { throw .truncated }
  let byteCount = Int(bytes.bigEndian(at: offset, as: UInt16.self))
  if byteCount == 0, bytes.byteCount == start { return }
  try checkTags(in: bytes, from: start, byteCount: byteCount)
}

@inline(never)
private func checkTags(in bytes: RawSpan, from start: Int, byteCount: Int) throws(MalformedMessage) {
  let end = start &+ byteCount
  guard bytes.byteCount >= end else { throw .truncated }
  guard bytes.byteCount == end else { throw .oversized }
  var next = start
  while next < end {
    let restByteCount = Int(bytes.byte(at: next))
    guard restByteCount > 0 else { throw .badAppendage }
    next &+= 1 &+ restByteCount
  }
  guard next == end else { throw .badAppendage }
}
