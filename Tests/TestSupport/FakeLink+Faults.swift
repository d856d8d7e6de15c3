/// What a bad network does to frames, each per thousand.
public struct LinkFaults: Sendable {
  public var loss = 0
  public var duplication = 0
  /// Of frames with a checksum inside; address resolution has none, and relies on the frame check sequence that
  /// drops a damaged frame before anyone here sees it.
  public var corruption = 0
  /// How long a frame is under way, in nanoseconds; frames whose times differ overtake each other.
  public var delay: ClosedRange<UInt64> = 1_000...1_000

  public init() {}

  /// A network that does all of it, often.
  public static var hostile: LinkFaults {
    var faults = LinkFaults()
    faults.loss = 60
    faults.duplication = 60
    faults.corruption = 20
    faults.delay = 1_000...400_000
    return faults
  }

  /// What arrives of a frame, and after how many nanoseconds.
  public func copies(
    of frame: [UInt8], using random: inout SeededRandom
  ) -> [(delay: UInt64, frame: [UInt8])] {
    guard Int.random(in: 0..<1000, using: &random) >= loss else { return [] }
    let count = Int.random(in: 0..<1000, using: &random) < duplication ? 2 : 1
    return (0..<count).map { _ in
      var copy = frame
      let isChecked = frame.count > 14 && frame[12..<14] == [8, 0]
      if isChecked, Int.random(in: 0..<1000, using: &random) < corruption {
        copy[Int.random(in: copy.indices, using: &random)] ^= UInt8.random(in: 1...255, using: &random)
      }
      return (UInt64.random(in: delay, using: &random), copy)
    }
  }
}
