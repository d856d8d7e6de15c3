public import Timing

// The core's clock as it is now, in the core block (boot/layout.inc), for whoever cannot reach the core itself.
extension Clock {
  private static var words: UnsafeMutablePointer<UInt> {
    // SAFETY: the block has these two words for this alone.
    unsafe CoreBlock.base + CoreBlock.Word.clockLine.rawValue
  }

  /// Makes this the core's clock. Interrupts are off, or nobody reads it yet.
  func publish() {
    let words = unsafe Self.words
    unsafe words[0] = UInt(line.origin)
    unsafe words[1] = UInt(line.rate)
  }

  /// What the core's clock reads now. From an interrupt, or with interrupts off: a correction writes both words.
  public static var lineOfCore: ClockLine {
    let words = unsafe Self.words
    return unsafe ClockLine(origin: UInt64(words[0]), rate: UInt64(words[1]))
  }
}
