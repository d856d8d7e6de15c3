// The memory of all clients' outbound messages. Unsafe code lives here and in no other file of this module: a
// message is encoded in place and copied out by words, with its slot checked once.
import Buffers
import Wire

/// Places for outbound messages, each a finished MoldUDP64 block and the journal entry it waits for.
///
///     0       8                    10        80
///     | entry | u16 BE byte count | message |
@safe struct MessageSlots: ~Copyable {
  /// The longest message.
  static let maximumMessageByteCount = 70
  /// The longest block, a message and its length: nine words.
  static let blockByteCount = 72
  /// Memory per slot.
  static let stride = 80

  private let base: UnsafeMutableRawPointer
  let count: Int

  /// Carves `count` slots. Context: boot.
  init(count: Int, in arena: inout Arena) throws(ArenaError) {
    let (byteCount, overflow) = count.multipliedReportingOverflow(by: Self.stride)
    guard !overflow else { throw .exhausted }
    unsafe base = try arena.carve(byteCount: byteCount, alignment: 64)
    self.count = count
  }

  /// Where a slot lies. Traps outside the count.
  @inline(__always)
  private func address(_ slot: Int) -> UnsafeMutableRawPointer {
    precondition(UInt(bitPattern: slot) < UInt(bitPattern: count), "message slot out of bounds")
    return unsafe base + slot &* Self.stride
  }

  /// The journal entry that produced the message.
  @inline(__always)
  func entry(_ slot: Int) -> UInt64 {
    // SAFETY: the slot was checked; all bytes are initialized, and aligned to 8.
    unsafe address(slot).load(as: UInt64.self)
  }

  /// The block's length in a datagram: 2 to 72.
  @inline(__always)
  func blockByteCount(_ slot: Int) -> Int {
    // SAFETY: as above.
    2 &+ Int(UInt16(bigEndian: unsafe address(slot).load(fromByteOffset: 8, as: UInt16.self)))
  }

  /// Takes a slot for a message of 1 to `maximumMessageByteCount` bytes, and gives its bytes to be written.
  @inline(__always) @_lifetime(&self)
  mutating func open(_ slot: Int, entry: UInt64, byteCount: Int) -> MutableRawSpan {
    precondition(byteCount > 0 && byteCount <= Self.maximumMessageByteCount, "message longer than its slot")
    let address = unsafe address(slot)
    // SAFETY: slot and length were checked, and the bytes given out end inside the slot.
    unsafe address.storeBytes(of: entry, as: UInt64.self)
    unsafe address.storeBytes(
      of: UInt16(truncatingIfNeeded: byteCount).bigEndian, toByteOffset: 8, as: UInt16.self)
    let message = unsafe MutableRawSpan(_unsafeStart: address + 10, byteCount: byteCount)
    return unsafe _overrideLifetime(message, mutating: &self)
  }

  /// Copies a block to `offset`, and may write up to 72 bytes there. Traps when the block does not fit.
  @inline(__always)
  func copyBlock(_ slot: Int, byteCount: Int, into frame: inout MutableRawSpan, at offset: Int) {
    let room = frame.byteCount &- offset
    precondition(offset >= 0 && byteCount <= room && byteCount <= Self.blockByteCount, "no room for a block")
    guard room >= Self.blockByteCount else {
      return copyExactly(slot, byteCount: byteCount, into: &frame, at: offset)
    }
    let source = unsafe address(slot) + 8
    // All nine words: quicker than a loop over those the message has.
    // SAFETY: the slot holds 72 bytes from `source` on, and the frame has room for as many.
    unsafe frame.withUnsafeMutableBytes { (bytes) in
      let target = unsafe bytes.baseAddress.unsafelyUnwrapped + offset
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
  }

  /// Copies exactly the block, at the end of a full frame.
  @inline(never)
  private func copyExactly(_ slot: Int, byteCount: Int, into frame: inout MutableRawSpan, at offset: Int) {
    // SAFETY: the caller checked that the block ends inside its slot.
    let block = unsafe RawSpan(_unsafeStart: address(slot) + 8, byteCount: byteCount)
    frame.copy(block, from: 0, byteCount: byteCount, to: offset)
  }
}

/// Copies eight bytes at `offset`, of any alignment.
@inline(__always)
private func copyWord(_ source: UnsafeMutableRawPointer, _ target: UnsafeMutableRawPointer, _ offset: Int) {
  // SAFETY: the caller answers for both ranges.
  let word = unsafe source.load(fromByteOffset: offset, as: UInt64.self)
  unsafe target.storeBytes(of: word, toByteOffset: offset, as: UInt64.self)
}
