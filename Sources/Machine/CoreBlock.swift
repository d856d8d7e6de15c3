/// This core's page of memory that interrupt stubs, panics and debuggers find through GS: its words, as
/// boot/layout.inc numbers them in bytes.
struct CoreBlock {
  enum Word: Int {
    case trace = 3
    case traceCount = 4
    case timerSource = 5
    case watchdog = 6
    case timestampDeadlines = 72
    case running = 73
    case taskNames = 74
    case taskNameCount = 75
    case frequency = 76
    case watchdogLeast = 79
    /// Eight words a slot.
    case urgentSlots = 128
  }

  static subscript(word: Word) -> UInt {
    get { unsafe base[word.rawValue] }
    set { unsafe base[word.rawValue] = newValue }
  }

  /// Where the words of an urgent slot begin.
  @unsafe static func slot(_ slot: UrgentSlot) -> UnsafeMutablePointer<UInt> {
    unsafe base + Word.urgentSlots.rawValue + slot.index * 8
  }

  private static var base: UnsafeMutablePointer<UInt> {
    // SAFETY: the block is a page of the image, and has a word for each case above.
    unsafe UnsafeMutablePointer<UInt>(bitPattern: BootLayout[.coreBlock])!
  }
}
