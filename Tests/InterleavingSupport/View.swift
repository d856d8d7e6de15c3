/// What a thread knows, or what a message tells whoever acquires it.
struct View {
  /// For each word, the number of the store in its history that this view cannot look behind.
  var seen = StoreNumbers()
  /// For each thread, how far its plain accesses happened before this view.
  var clock = SIMD4<UInt32>()

  @inline(__always)
  mutating func join(_ other: View) {
    seen.join(other.seen)
    clock.join(other.clock)
  }
}

extension SIMD4<UInt32> {
  /// The later of the two for each thread.
  @inline(__always)
  mutating func join(_ other: Self) {
    for thread in 0..<threadLimit where other[thread] > self[thread] { self[thread] = other[thread] }
  }
}

/// A small number for each word, eight in a lane: joining two of these is what an exploration does most.
struct StoreNumbers {
  /// Stores to one word that an execution can have.
  static let limit = 128
  private static let laneCount = 8
  private static let highBits: UInt64 = 0x8080_8080_8080_8080

  private var lanes = InlineArray<8, UInt64>(repeating: 0)

  subscript(word: Int) -> Int {
    get { Int(lanes[word / 8] >> UInt64(word % 8 * 8) & 0xFF) }
    set {
      precondition(newValue < Self.limit, "an execution has \(Self.limit) stores to one word at most")
      let shift = UInt64(word % 8 * 8)
      lanes[word / 8] = lanes[word / 8] & ~(0xFF << shift) | UInt64(newValue) << shift
    }
  }

  /// The larger of the two for each word. Seven bits each, so the eighth says which that is.
  @inline(__always)
  mutating func join(_ other: StoreNumbers) {
    for lane in 0..<Self.laneCount {
      let (mine, theirs) = (lanes[lane], other.lanes[lane])
      let isMine = (((mine | Self.highBits) &- theirs) & Self.highBits) &>> 7
      let mask = (isMine &<< 8) &- isMine
      lanes[lane] = mine & mask | theirs & ~mask
    }
  }
}
