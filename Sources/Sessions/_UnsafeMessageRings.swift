// The memory of all clients' outbound messages. Unsafe code lives here and in no other file of this module: a
// message is encoded in place and copied out by words, its ring checked once and not each byte.
import Buffers
import Wire

/// For each client a ring of its last messages, each a finished MoldUDP64 block and the entry it waits for.
///
///     0       8                    10        80
///     | entry | u16 BE byte count | message |
@safe struct MessageRings: ~Copyable {
  /// The longest message.
  static let maximumMessageByteCount = 70
  /// The longest block, a message and its length: nine words.
  static let blockByteCount = 72
  /// Memory per message.
  static let stride = 80

  private let base: UnsafeMutableRawPointer
  private let ringByteCount: Int
  /// Messages in a ring, less 1.
  private let mask: UInt64

  /// Carves a ring of `messageCount` messages, a power of two, for each client. Context: boot.
  init(messageCount: Int, in arena: inout Arena) throws(ArenaError) {
    precondition(messageCount > 0 && messageCount & (messageCount - 1) == 0)
    let (byteCount, overflow) = (Self.stride * ClientLimits.clientCount).multipliedReportingOverflow(
      by: messageCount)
    guard !overflow else { throw .exhausted }
    unsafe base = try arena.carve(byteCount: byteCount, alignment: 64)
    ringByteCount = Self.stride * messageCount
    mask = UInt64(messageCount - 1)
  }

  /// Messages kept for each client.
  var messageCount: UInt64 { mask &+ 1 }

  /// Where a client's ring begins. Traps when there is no such client.
  @inline(__always)
  private func ring(_ client: Int) -> UnsafeMutableRawPointer {
    precondition(UInt(bitPattern: client) < UInt(ClientLimits.clientCount), "no such client")
    return unsafe base + client &* ringByteCount
  }

  /// Where the message after message number `last` lies in its ring: always inside it.
  @inline(__always)
  private func place(after last: UInt64) -> Int {
    Int(truncatingIfNeeded: last & mask) &* Self.stride
  }

  /// The journal entry that produced the message after message number `last`.
  @inline(__always)
  func entry(_ client: Int, after last: UInt64) -> UInt64 {
    // SAFETY: the client is checked, the place lies in its ring, and all bytes are initialized.
    unsafe (ring(client) + place(after: last)).loadUnaligned(as: UInt64.self)
  }

  /// Takes the place after message number `last` for a message, and gives its bytes to be written.
  @inline(__always) @_lifetime(&self)
  mutating func open(_ client: Int, after last: UInt64, entry: UInt64, byteCount: Int) -> MutableRawSpan {
    precondition(byteCount > 0 && byteCount <= Self.maximumMessageByteCount, "message longer than its place")
    let place = unsafe ring(client) + place(after: last)
    // SAFETY: the client is checked, the place lies in its ring, and the bytes given out end inside the place.
    unsafe place.storeBytes(of: entry, as: UInt64.self)
    unsafe place.storeBytes(
      of: UInt16(truncatingIfNeeded: byteCount).bigEndian, toByteOffset: 8, as: UInt16.self)
    let message = unsafe MutableRawSpan(_unsafeStart: place + 10, byteCount: byteCount)
    return unsafe _overrideLifetime(message, mutating: &self)
  }

  /// Takes the place after message number `last` for a block.
  @inline(__always)
  mutating func put(_ block: RawSpan, _ client: Int, after last: UInt64, entry: UInt64) {
    let byteCount = block.bigEndian(at: 0, as: UInt16.self)
    precondition(
      block.byteCount == Self.blockByteCount && byteCount > 0 && byteCount <= Self.maximumMessageByteCount,
      "message longer than its place")
    let place = unsafe ring(client) + place(after: last)
    // SAFETY: the client is checked, and the place lies in its ring and has room for the block.
    unsafe place.storeBytes(of: entry, as: UInt64.self)
    unsafe block.withUnsafeBytes { (bytes) in
      unsafe copyBlock(bytes.baseAddress.unsafelyUnwrapped, to: place + 8)
    }
  }

  /// Copies the messages after number `last` up to number `through` that may be sent and fit into `range`.
  ///
  /// Traps when the range does not lie inside `frame`. Complexity: O(bytes copied).
  ///
  /// - Returns: the number of the last message copied, and where it ends.
  @inline(__always)
  func copy(
    _ client: Int, after last: UInt64, through: UInt64, durableThrough: UInt64,
    into frame: inout MutableRawSpan, range: Range<Int>
  ) -> (last: UInt64, end: Int) {
    precondition(range.lowerBound >= 0 && range.upperBound <= frame.byteCount, "no room for a datagram")
    let ring = unsafe ring(client)
    var (last, position) = (last, range.lowerBound)
    // SAFETY: the places lie in the ring and hold 80 bytes, and the target has room for 72.
    unsafe frame.withUnsafeMutableBytes { (bytes) in
      let base = unsafe bytes.baseAddress.unsafelyUnwrapped
      // All nine words are quicker than a loop over those the block has; the next one overwrites the rest.
      while last < through, position <= range.upperBound &- Self.blockByteCount {
        let place = unsafe ring + place(after: last)
        guard unsafe place.loadUnaligned(as: UInt64.self) <= durableThrough else { return }
        unsafe copyBlock(UnsafeRawPointer(place + 8), to: base + position)
        position &+= unsafe blockByteCount(place)
        last &+= 1
      }
    }
    guard last < through, position > range.upperBound &- Self.blockByteCount else { return (last, position) }
    return copyTail(
      client, after: last, through: through, durableThrough: durableThrough, into: &frame,
      range: position..<range.upperBound)
  }

  /// As `copy`, near the end of the range, where only what a block has may be written.
  @inline(never)
  private func copyTail(
    _ client: Int, after last: UInt64, through: UInt64, durableThrough: UInt64,
    into frame: inout MutableRawSpan, range: Range<Int>
  ) -> (last: UInt64, end: Int) {
    var (last, position) = (last, range.lowerBound)
    while last < through, entry(client, after: last) <= durableThrough {
      let place = unsafe ring(client) + place(after: last)
      let byteCount = unsafe blockByteCount(place)
      guard position + byteCount <= range.upperBound else { break }
      // SAFETY: the block lies in its place.
      let block = unsafe RawSpan(_unsafeStart: place + 8, byteCount: byteCount)
      frame.copy(block, from: 0, byteCount: byteCount, to: position)
      position += byteCount
      last += 1
    }
    return (last, position)
  }

  /// The length of a place's block: 3 to 72.
  @inline(__always)
  private func blockByteCount(_ place: UnsafeMutableRawPointer) -> Int {
    // SAFETY: the caller answers for the place; its length was checked when it was written.
    2 &+ Int(UInt16(bigEndian: unsafe place.loadUnaligned(fromByteOffset: 8, as: UInt16.self)))
  }
}

/// Copies nine words of any alignment.
@inline(__always)
private func copyBlock(_ source: UnsafeRawPointer, to target: UnsafeMutableRawPointer) {
  // SAFETY: the caller answers for both ranges.
  unsafe copyWord(source, target, 0)
  unsafe copyWord(source, target, 8)
  unsafe copyWord(source, target, 16)
  unsafe copyWord(source, target, 24)
  unsafe copyWord(source, target, 32)
  unsafe copyWord(source, target, 40)
  unsafe copyWord(source, target, 48)
  unsafe copyWord(source, target, 56)
  unsafe copyWord(source, target, 64)
}

@inline(__always)
private func copyWord(_ source: UnsafeRawPointer, _ target: UnsafeMutableRawPointer, _ offset: Int) {
  // SAFETY: as above.
  let word = unsafe source.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
  unsafe target.storeBytes(of: word, toByteOffset: offset, as: UInt64.self)
}
