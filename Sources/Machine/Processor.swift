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

  /// Whether the APIC timer can be armed for a time stamp: leaf 1, ECX bit 24.
  public static var hasTimestampDeadlines: Bool { identification(leaf: 1).ecx & 1 << 24 != 0 }

  /// Whether the time stamp counter runs at one frequency whatever the processor does: leaf 0x80000007, EDX bit 8.
  public static var hasInvariantTimestamps: Bool {
    identification(leaf: 0x8000_0000).eax >= 0x8000_0007
      && identification(leaf: 0x8000_0007).edx & 1 << 8 != 0
  }

  /// The address behind the last that memory and devices can have and that is mapped at itself: leaf 0x80000008, EAX bits
  /// 7 to 0; 36 bits where there is no such leaf; the low half of virtual addresses.
  static var addressEnd: UInt {
    guard identification(leaf: 0x8000_0000).eax >= 0x8000_0008 else { return 1 << 36 }
    return 1 << UInt(min(identification(leaf: 0x8000_0008).eax & 0xFF, 47))
  }

  /// Waits until all writes before have been made (Intel SDM 3A, 9.3: CPUID serializes).
  static func serialize() { _ = identification(leaf: 0) }
}
