/// How a source's interrupts are held back at their controller: what a storm is stopped by.
public enum InterruptMask: Sendable {
  /// They cannot be.
  case none
  /// Entries of a table of message interrupts, by the address of the vector control of entry 0 (PCI 3.0, 6.8.2.9): a bit
  /// for each of the first 64.
  case messages(firstControl: UInt, entries: UInt64)
  /// A line of the I/O APIC.
  case line(Int)

  private static let entryByteCount: UInt = 16

  /// Holds the interrupts back, or lets them come again; one that waits at a masked entry comes then.
  func set(_ isMasked: Bool) {
    switch self {
    case .none: break
    case .line(let line): InputOutputAPIC.setMask(isMasked, line: line)
    case .messages(let firstControl, var entries):
      while entries != 0 {
        let index = UInt(entries.trailingZeroBitCount)
        entries &= entries - 1
        // SAFETY: whoever made this has checked that the table lies inside the device's memory range.
        unsafe Register<UInt32>(address: firstControl + index * Self.entryByteCount).store(isMasked ? 1 : 0)
      }
    }
  }
}
