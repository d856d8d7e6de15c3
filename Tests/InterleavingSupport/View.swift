/// What a thread knows, or what a message tells whoever acquires it.
struct View {
  typealias Seen = SIMD64<UInt8>

  /// For each word, the number of the store in its history that this view cannot look behind.
  var seen = Seen()
  /// For each thread, how far its plain accesses happened before this view.
  var clock = SIMD4<UInt32>()

  @inline(__always)
  mutating func join(_ other: View) {
    joinSeen(other.seen)
    clock.replace(with: other.clock, where: other.clock .> clock)
  }

  @inline(__always)
  mutating func joinSeen(_ other: Seen) { seen.replace(with: other, where: other .> seen) }
}
