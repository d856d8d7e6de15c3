/// The interrupt descriptor table: exceptions, and one vector per interrupt source.
///
/// Source `n` comes as vector `32 + n`. Double faults, NMIs and machine checks have stacks of their own, since the
/// stack they hit may be the problem (Intel SDM 3A, 6.14.5). Context: boot.
public enum InterruptTable {
  static let firstSourceVector = 32
  static let sourceCount = 64
  static let spuriousVector: UInt8 = 0xFF

  /// The vector that marks `source`.
  public static func vector(of source: Int) -> UInt8 {
    precondition(source >= 0 && source < sourceCount, "no such interrupt source")
    return UInt8(firstSourceVector + source)
  }

  public static func install() {
    for vector in 0..<(firstSourceVector + sourceCount) {
      // SAFETY: boot/interrupts.asm has a word for each of these vectors.
      let stub = unsafe UnsafePointer<UInt>(bitPattern: BootLayout[.interruptStubs])![vector]
      setGate(vector, stub: stub, stack: interruptStack(of: vector))
    }
    let spurious = unsafe UnsafePointer<UInt>(bitPattern: BootLayout[.spuriousStub])!.pointee
    setGate(Int(spuriousVector), stub: spurious, stack: 0)
    interruptTableLoad(BootLayout[.interruptDescriptors], 256 * 16 - 1)
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
  private static func setGate(_ vector: Int, stub: UInt, stack: UInt64) {
    let address = UInt64(stub)
    let low = address & 0xFFFF | 0x08 << 16 | stack << 32 | 0x8E << 40 | (address >> 16 & 0xFFFF) << 48
    // SAFETY: boot/interrupts.asm reserves 256 descriptors of 16 bytes.
    let gate =
      unsafe UnsafeMutablePointer<UInt64>(bitPattern: BootLayout[.interruptDescriptors])! + vector * 2
    unsafe gate[0] = low
    unsafe gate[1] = address >> 32
  }
}
