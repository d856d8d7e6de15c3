public import Timing

// The core's clock as it is now, in the core block (boot/layout.inc), for whoever cannot reach the core itself.
extension Clock {
  /// The first of two words.
  private static let word = 77

  private static var words: UnsafeMutablePointer<UInt64> {
    // SAFETY: the block is a page of the image, and has these two words for this alone.
    unsafe UnsafeMutablePointer<UInt64>(bitPattern: BootLayout[.coreBlock])! + word
  }

  /// Makes this the core's clock. Interrupts are off, or nobody reads it yet.
  func publish() {
    let words = unsafe Self.words
    unsafe words[0] = line.origin
    unsafe words[1] = line.rate
  }

  /// What the core's clock reads now. From an interrupt, or with interrupts off: a correction writes both words.
  public static var lineOfCore: ClockLine {
    let words = unsafe Self.words
    return unsafe ClockLine(origin: words[0], rate: words[1])
  }
}
