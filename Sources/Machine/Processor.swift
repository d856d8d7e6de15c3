/// What the processor can do, from CPUID.
public enum Processor {
  struct Identification {
    var eax: UInt32 = 0
    var ebx: UInt32 = 0
    var ecx: UInt32 = 0
    var edx: UInt32 = 0
  }

  static func identification(leaf: UInt32, subleaf: UInt32 = 0) -> Identification {
    var words: InlineArray<4, UInt32> = [0, 0, 0, 0]
    var span = words.mutableSpan
    // SAFETY: the leaf writes exactly four words.
    unsafe span.withUnsafeMutableBufferPointer { unsafe cpuidRead(leaf, subleaf, $0.baseAddress!) }
    return Identification(eax: words[0], ebx: words[1], ecx: words[2], edx: words[3])
  }

  /// Intel SDM 2A, CPUID leaf 1: ECX bit 21.
  public static var hasX2APIC: Bool { identification(leaf: 1).ecx & 1 << 21 != 0 }
}
