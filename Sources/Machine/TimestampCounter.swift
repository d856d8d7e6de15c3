import Builtin

/// The processor's cycle counter.
public enum TimestampCounter {
  /// Cycles since reset.
  @inline(__always) public static func read() -> UInt64 { UInt64(Builtin.int_x86_rdtsc()) }
}
