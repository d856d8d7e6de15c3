import Timing

/// This core's interrupt controller and one-shot timer, as x2APIC when the processor offers it, else as xAPIC.
/// Source: Intel SDM 3A, chapter 11.
public enum LocalAPIC {
  /// Registers by their xAPIC offset; the x2APIC number is 0x800 + offset / 16 (Intel SDM 3A, table 11-6).
  private enum Offset {
    static let identifier: UInt32 = 0x20
    static let taskPriority: UInt32 = 0x80
    static let spuriousVector: UInt32 = 0xF0
    static let interruptCommand: UInt32 = 0x300
    static let timer: UInt32 = 0x320
    static let lint0: UInt32 = 0x350
    static let initialCount: UInt32 = 0x380
    static let currentCount: UInt32 = 0x390
    static let divideConfiguration: UInt32 = 0x3E0
  }

  private static let baseRegister: UInt32 = 0x1B
  private static let memoryBase: UInt = 0xFEE0_0000
  private static var usesX2APIC: Bool { CoreBlock[.usesX2APIC] != 0 }

  /// Switches the controller on; its timer is left off. Context: boot.
  static func enable() {
    let base = modelSpecificRegisterRead(baseRegister)
    if Processor.hasX2APIC {
      modelSpecificRegisterWrite(baseRegister, base | 1 << 11 | 1 << 10)
      CoreBlock[.usesX2APIC] = 1
    } else {
      modelSpecificRegisterWrite(baseRegister, base | 1 << 11)
    }
    write(Offset.taskPriority, 0)
    write(Offset.lint0, 1 << 16)
    write(Offset.spuriousVector, 1 << 8 | UInt32(InterruptTable.spuriousVector))
    write(Offset.timer, 1 << 16)
    write(Offset.divideConfiguration, 0b1011)
    CoreBlock[.identifier] = UInt(readIdentifier())
  }

  private static let deadlineRegister: UInt32 = 0x6E0

  /// Lets the timer interrupt: once when its count runs out, or when the time stamp counter reaches its deadline.
  static func openTimer(byTimestamp: Bool) {
    write(Offset.timer, (byTimestamp ? 0b10 << 17 : 0) | UInt32(InterruptTable.timerVector))
    // The mode must be there before the first deadline; a write to memory may be late (Intel SDM 3A, 11.5.4.1).
    Processor.serialize()
  }

  /// Has the timer fire when the time stamp counter is at `timestamp` or beyond; 0 stops it.
  static func startTimer(timestamp: UInt64) { modelSpecificRegisterWrite(deadlineRegister, timestamp) }

  /// Starts the timer's countdown; 0 stops it.
  static func startTimer(count: UInt32) { write(Offset.initialCount, count) }

  /// The time stamp the timer is armed for; 0 when it is not, or is armed by a count.
  public static var timerTimestamp: UInt64 {
    Processor.hasTimestampDeadlines && read(Offset.timer) >> 17 & 0b11 == 0b10
      ? modelSpecificRegisterRead(deadlineRegister) : 0
  }

  /// What is left of the countdown.
  static var timerCount: UInt32 { read(Offset.currentCount) }

  /// Marks `source` on this core by a real interrupt, sent to itself (Intel SDM 3A, 11.6.1: shorthand "self").
  public static func raise(source: Int) { raise(vector: InterruptTable.vector(of: source)) }

  /// Interrupts this core urgently, in the same way.
  public static func raise(_ slot: UrgentSlot) { raise(vector: slot.vector) }

  private static func raise(vector: UInt8) { write(Offset.interruptCommand, 0b01 << 18 | UInt32(vector)) }

  /// This core's identifier, to which interrupts are addressed.
  public static var identifier: UInt8 { UInt8(truncatingIfNeeded: CoreBlock[.identifier]) }

  private static func readIdentifier() -> UInt8 {
    UInt8(truncatingIfNeeded: usesX2APIC ? read(Offset.identifier) : read(Offset.identifier) >> 24)
  }

  public static var isX2APIC: Bool { usesX2APIC }

  private static func write(_ offset: UInt32, _ value: UInt32) {
    if usesX2APIC {
      modelSpecificRegisterWrite(0x800 + (offset >> 4), UInt64(value))
    } else {
      // SAFETY: the controller answers at its architectural address, which is mapped uncached.
      unsafe Register<UInt32>(address: memoryBase + UInt(offset)).store(value)
    }
  }

  private static func read(_ offset: UInt32) -> UInt32 {
    if usesX2APIC {
      return UInt32(truncatingIfNeeded: modelSpecificRegisterRead(0x800 + (offset >> 4)))
    }
    // SAFETY: as above.
    return unsafe Register<UInt32>(address: memoryBase + UInt(offset)).load()
  }
}
