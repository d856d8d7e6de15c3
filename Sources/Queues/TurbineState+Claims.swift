extension TurbineState where Message: ~Copyable, Word: ~Copyable {
  var hasConsumers: Bool { words[Self.consumers].loadAcquiring() != 0 }
  /// Whether a publication has more to do than to publish: hooks to call, or pressure to watch.
  var isWatched: Bool { hooked != 0 || properties.watermarks != nil }
  var dropsNewest: Bool {
    if case .dropNewest = properties.overflow { true } else { false }
  }

  /// Says what is wrong with a claim, if anything is.
  @inline(__always)
  func check(claim count: Int, open: Int) throws(ClaimError) {
    guard count > 0 else { throw .empty }
    guard count <= properties.capacity else { throw .beyondCapacity }
    guard open == 0 else { throw .alreadyClaimed }
  }

  /// Where there is no more room: a capacity behind the slowest consumer. As known when no consumer is left.
  @inline(never)
  func limit(known: UInt64) -> UInt64 {
    guard let slowest = slowest(from: known &- room) else { return known }
    return slowest &+ room
  }

  /// Messages from the slowest consumer's to `position`; none when no consumer is left.
  ///
  /// - Parameter limit: a capacity behind a place that the slowest consumer was at, or further.
  func count(upTo position: UInt64, known limit: UInt64) -> Int {
    guard let slowest = slowest(from: limit &- room) else { return 0 }
    // The position was loaded first, so the slowest may have come beyond it.
    return max(0, Int(truncatingIfNeeded: position &- slowest))
  }

  /// Watches the pressure on producer `index` and calls hooks.
  @inline(never)
  func afterPublication(by index: Int, upTo position: UInt64, known limit: UInt64) {
    if properties.watermarks != nil {
      gauges[UInt64(index)].note(fill: count(upTo: position, known: limit))
    }
    if hooked != 0 { wakeSleepers() }
  }

  func pressureChange(for index: Int, fill: Int) -> Pressure? {
    gauges[UInt64(index)].note(fill: fill)
    return gauges[UInt64(index)].takeChange()
  }
}
