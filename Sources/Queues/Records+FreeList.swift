/// Lending records: a stack of the free ones, which any core takes from and gives back to. Lock-free.
///
/// The free word holds the place of the topmost record, 0 when there is none, and above it 34 bits that every change
/// counts up: a taker that slept while its record was taken and given back finds another count (it would have to sleep
/// through 2^34 changes exactly not to). The word of a free record holds the place of the one below it, and how many are
/// free from this one down.
extension Records where Word: ~Copyable {
  private static var placeMask: UInt64 { 1 << placeBits - 1 }

  /// What the word of a free record says.
  static func link(to below: UInt64, freeCount: UInt64) -> UInt64 { freeCount << placeBits | below }

  /// Takes a record; 0 when none is free. Whoever takes one owns its word and its payload. Complexity: O(1), and once
  /// more for each taker or giver that came first.
  @inline(__always)
  func take() -> UInt64 {
    var free = self.free.loadAcquiring()
    while true {
      let top = free & Self.placeMask
      guard top != 0 else { return 0 }
      // Another may have taken it, and written there: then the exchange fails.
      let below = self[top].load() & Self.placeMask
      let (exchanged, original) = self.free.compareExchange(
        expected: free, desired: Self.change(of: free, top: below))
      if exchanged { return top }
      free = original
    }
  }

  /// Gives a record back, its payload empty. Complexity: as `take`.
  @inline(__always)
  func give(_ place: UInt64) {
    var free = self.free.loadAcquiring()
    while true {
      let top = free & Self.placeMask
      self[place].store(Self.link(to: top, freeCount: freeCount(from: top) &+ 1))
      let (exchanged, original) = self.free.compareExchange(
        expected: free, desired: Self.change(of: free, top: place))
      if exchanged { return }
      free = original
    }
  }

  /// Records that somebody has: exact, as of one moment in the call. Lock-free.
  var lentCount: Int {
    var free = self.free.loadAcquiring()
    while true {
      let count = freeCount(from: free & Self.placeMask)
      // An exchange and not a load: it cannot see an older word than what wrote the count it is to confirm.
      let (exchanged, original) = self.free.compareExchange(expected: free, desired: free)
      if exchanged { return self.count - Int(truncatingIfNeeded: count) }
      free = original
    }
  }

  /// Free records from `top` down. Means nothing when `top` is taken meanwhile, and then the exchange fails.
  @inline(__always)
  private func freeCount(from top: UInt64) -> UInt64 {
    top == 0 ? 0 : self[top].load() >> Self.placeBits
  }

  @inline(__always)
  private static func change(of free: UInt64, top: UInt64) -> UInt64 {
    ((free & ~placeMask) &+ (1 << placeBits)) | top
  }
}
