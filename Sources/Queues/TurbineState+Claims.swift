extension TurbineState where Message: ~Copyable, Word: ~Copyable {
  var room: UInt64 { UInt64(truncatingIfNeeded: properties.capacity) }

  /// Says what is wrong with a claim, if anything is.
  @inline(__always)
  func check(claim count: Int, open: Int) throws(ClaimError) {
    guard count > 0 else { throw .empty }
    guard count <= properties.capacity else { throw .beyondCapacity }
    guard open == 0 else { throw .alreadyClaimed }
  }

  /// Where there is no more room: a capacity behind the slowest consumer. As known when no consumer is left.
  func limit(known: UInt64) -> UInt64 {
    guard let slowest = slowest(from: known &- room) else { return known }
    return slowest &+ room
  }

  /// Messages from the slowest consumer's to `position`; none when no consumer is left.
  ///
  /// - Parameter limit: a capacity behind a place that the slowest consumer was at, or further.
  func count(upTo position: UInt64, known limit: UInt64) -> Int {
    guard let slowest = slowest(from: limit &- room) else { return 0 }
    return Int(truncatingIfNeeded: position &- slowest)
  }
}

extension OverflowPolicy {
  var dropsNewest: Bool {
    if case .dropNewest = self { true } else { false }
  }
}
