/// This core's page of memory that interrupt stubs, panics and debuggers find through GS: its words, as
/// boot/layout.inc numbers them in bytes.
struct CoreBlock {
  enum Word: Int {
    /// The block's own address.
    case itself = 0
    case usesX2APIC = 2
    case trace = 3
    case traceCount = 4
    case timerSource = 5
    case watchdog = 6
    case timestampDeadlines = 72
    case running = 73
    case taskNames = 74
    case taskNameCount = 75
    case frequency = 76
    /// The first of two words.
    case clockLine = 77
    case number = 79
    case identifier = 80
    case stacks = 81
    case stacksEnd = 82
    case startStack = 83
    case startFunction = 84
    case startContext = 85
    case watchdogLeast = 86
    case reportCore = 87
    case reportSource = 88
    case hang = 89
    case hangPlace = 90
    case question = 91
    case answer = 92
    case answerPlace = 93
    case hung = 94
    case stoppedPlace = 95
    /// Eight words a slot.
    case urgentSlots = 128
  }

  static subscript(word: Word) -> UInt {
    get { unsafe base[word.rawValue] }
    set { unsafe base[word.rawValue] = newValue }
  }

  /// When `source` was first marked since it was last taken, as a time stamp.
  static func stamp(of source: UInt) -> UInt {
    precondition(source < 64, "an interrupt source is 0 to 63")
    return unsafe base[stamps + Int(source)]
  }

  /// CORE_STAMPS in boot/layout.inc, in words.
  private static let stamps = 8

  /// A word of another core's block, as it is now.
  static subscript(word: Word, ofBlock address: UInt) -> UInt {
    // SAFETY: the address is one that `Processors` has noted, of a block that lives as long as the kernel.
    unsafe UInt(Register<UInt64>(address: address + UInt(word.rawValue) * 8).load())
  }

  /// Where the words of an urgent slot begin.
  @unsafe static func slot(_ slot: UrgentSlot) -> UnsafeMutablePointer<UInt> {
    unsafe base + Word.urgentSlots.rawValue + slot.index * 8
  }

  /// Where the block begins.
  @unsafe static var base: UnsafeMutablePointer<UInt> {
    // SAFETY: the block's first word is its own address; it is a page of memory, and has a word for each case above.
    unsafe UnsafeMutablePointer<UInt>(bitPattern: coreBlockAddress()).unsafelyUnwrapped
  }
}
