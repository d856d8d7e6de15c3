import Synchronization

/// Who may speak when something is wrong: one core, while all others stop and say where they were.
enum Panic {
  /// The number of the core that speaks, and one more; 0 while none does.
  private static let speaker = Atomic<UInt>(0)
  /// Fixed destination, non-maskable: what no core can hold back (Intel SDM 3A, 11.6.1).
  static let nonMaskable: UInt32 = 0b100 << 8 | 1 << 14

  /// Whether another core speaks, so that this one has to stop.
  static var isAnothers: Bool {
    let speaker = speaker.load(ordering: .acquiring)
    return speaker != 0 && speaker != CoreBlock[.number] + 1
  }

  /// Stops the other cores and returns, unless one of them was first: then this one stops, without a word. A panic within
  /// a panic goes on.
  ///
  /// - Parameter place: the instruction at which this core is.
  static func begin(at place: UInt64) {
    let own = CoreBlock[.number] + 1
    let (isFirst, first) = speaker.compareExchange(
      expected: 0, desired: own, ordering: .acquiringAndReleasing)
    if first == own { return }
    guard isFirst else { stop(at: place) }
    Processors.forEachOther { _, identifier, _ in coreInterrupt(UInt32(identifier), nonMaskable) }
  }

  /// A second interrupt finds the core where the first one has stopped it.
  private static func stop(at place: UInt64) -> Never {
    if CoreBlock[.stoppedPlace] == 0 { CoreBlock[.stoppedPlace] = UInt(max(1, place)) }
    while true { coreStop() }
  }
}
