/// How a source's interrupts are held back where they come from, which a storm is stopped by, and acknowledged.
public enum InterruptControl: Sendable {
  /// They can not be held back.
  case none
  /// Entries of a table of message interrupts, by the address of the vector control of entry 0 (PCI 3.0, 6.8.2.9): a bit
  /// for each of the first 64.
  case messages(firstControl: UInt, entries: UInt64)
  /// A line of the ISA bus.
  case line(Int)
  /// An input of the I/O APICs, and the device there: it keeps its line up until it hears that its interrupt was seen.
  case device(input: UInt32, InterruptAcknowledgement)

  private static let entryByteCount: UInt = 16

  /// Holds the interrupts back, or lets them come again; one that waits at a masked entry comes then.
  func setMask(_ isMasked: Bool) {
    switch self {
    case .none: break
    case .line(let line): InputOutputAPIC.setMask(isMasked, line: line)
    case .device(let input, _): InputOutputAPIC.setMask(isMasked, input: input)
    case .messages(let firstControl, var entries):
      while entries != 0 {
        let index = UInt(entries.trailingZeroBitCount)
        entries &= entries - 1
        // SAFETY: whoever made this has checked that the table lies inside the device's memory range.
        unsafe Register<UInt32>(address: firstControl + index * Self.entryByteCount).store(isMasked ? 1 : 0)
      }
    }
  }

  /// What has to be done each time that the interrupt is taken; nothing for most.
  var acknowledgement: InterruptAcknowledgement? {
    if case .device(_, let acknowledgement) = self { return acknowledgement }
    return nil
  }
}

/// The two registers by which a device says why it interrupts, and hears that this was seen: it takes its line down
/// when it has heard that of every cause.
///
/// With edges this must come before whoever is woken looks at the device: what happens later raises the line again. And
/// the line must have been down in between: one that stays up for a cause that nobody acknowledged has no edge ever
/// again.
public struct InterruptAcknowledgement: Sendable {
  private let status: UInt
  private let acknowledge: UInt
  private let ownCause: UInt32
  private let otherCause: UInt32
  private let otherSource: Int

  /// - Parameters:
  ///   - status: the address of the register that has a bit for each cause.
  ///   - acknowledge: the address of the one that takes the bits that were seen.
  ///   - ownCause: the cause that is for the interrupt's own source.
  ///   - otherCause: the one that is not, and `otherSource` the source that it marks.
  @unsafe public init(
    status: UInt, acknowledge: UInt, ownCause: UInt32, otherCause: UInt32, otherSource: Int
  ) {
    self.status = status
    self.acknowledge = acknowledge
    self.ownCause = ownCause
    self.otherCause = otherCause
    self.otherSource = otherSource
  }

  /// Two register accesses, or three.
  ///
  /// What was read before it is acknowledged may not be all by then. So the own cause is acknowledged unseen. When no
  /// other one stands afterwards, the line was down; else all are, whether they were read or came since, and it was
  /// down then.
  func perform() {
    // SAFETY: whoever made this answers for the addresses.
    unsafe Register<UInt32>(address: acknowledge).store(ownCause)
    let causes = unsafe Register<UInt32>(address: status).load()
    guard causes & ~ownCause != 0 else { return }
    unsafe Register<UInt32>(address: acknowledge).store(causes | ownCause | otherCause)
    if causes & otherCause != 0 { coreMarkSource(UInt(otherSource), TimestampCounter.read()) }
  }
}
