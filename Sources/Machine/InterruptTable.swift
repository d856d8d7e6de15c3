/// The interrupt descriptor table: exceptions, and one vector per interrupt source.
///
/// Source `n` comes as vector `32 + n`; the timer's has a vector above all others. Double faults, NMIs and machine checks have stacks of their own, since the
/// stack they hit may be the problem (Intel SDM 3A, 6.14.5). Context: boot.
public enum InterruptTable {
  static let firstSourceVector = 32
  static let sourceCount = 64
  /// TIMER_VECTOR in boot/layout.inc.
  static let timerVector: UInt8 = 0xE0
  static let spuriousVector: UInt8 = 0xFF

  /// The vector that marks `source`.
  public static func vector(of source: Int) -> UInt8 {
    precondition(source >= 0 && source < sourceCount, "an interrupt source is 0 to 63")
    return UInt8(firstSourceVector + source)
  }

  /// The source that `vector` marks.
  public static func source(of vector: UInt8) -> Int {
    precondition(
      vector >= firstSourceVector && vector < firstSourceVector + sourceCount, "the vector is a source's")
    return Int(vector) - firstSourceVector
  }

  public static func install() {
    for vector in 0..<(firstSourceVector + sourceCount) {
      setGate(UInt8(vector), stub: stub(.interruptStubs, vector), stack: interruptStack(of: vector))
    }
    setGate(timerVector, stub: stub(.timerStub, 0))
    setGate(spuriousVector, stub: stub(.spuriousStub, 0))
    load()
  }

  /// Makes it this core's as well: all cores share it.
  static func load() { interruptTableLoad(BootLayout[.interruptDescriptors], 256 * 16 - 1) }

  /// Lets the urgent interrupt of `slot` in. Until then its vector is an exception, as every unused one is.
  static func open(_ slot: UrgentSlot) { setGate(slot.vector, stub: stub(.urgentStubs, slot.index)) }

  private static func stub(_ table: BootLayout.Item, _ index: Int) -> UInt {
    // SAFETY: boot/interrupts.asm has a word for each of the stubs that are asked for here.
    unsafe UnsafePointer<UInt>(bitPattern: BootLayout[table])![index]
  }

  private static func interruptStack(of vector: Int) -> UInt64 {
    switch vector {
    case 8: 1
    case 2: 2
    case 18: 3
    default: 0
    }
  }

  /// An interrupt gate in the kernel's code segment, present, with interrupts off (Intel SDM 3A, 6.14.1).
  private static func setGate(_ vector: UInt8, stub: UInt, stack: UInt64 = 0) {
    let address = UInt64(stub)
    let low = address & 0xFFFF | 0x08 << 16 | stack << 32 | 0x8E << 40 | (address >> 16 & 0xFFFF) << 48
    // SAFETY: boot/interrupts.asm reserves 256 descriptors of 16 bytes.
    let gate =
      unsafe UnsafeMutablePointer<UInt64>(bitPattern: BootLayout[.interruptDescriptors])! + Int(vector) * 2
    unsafe gate[0] = low
    unsafe gate[1] = address >> 32
  }
}
