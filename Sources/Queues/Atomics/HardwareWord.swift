import Builtin
import Synchronization

/// The processor's own atomics.
public struct HardwareWord: SharedWord, ~Copyable {
  private let atomic: Atomic<UInt64>

  public init(_ value: UInt64) { atomic = Atomic(value) }

  @inline(__always) public func load() -> UInt64 { atomic.load(ordering: .relaxed) }
  @inline(__always) public func loadAcquiring() -> UInt64 { atomic.load(ordering: .acquiring) }
  @inline(__always) public func store(_ value: UInt64) { atomic.store(value, ordering: .relaxed) }
  @inline(__always) public func storeReleasing(_ value: UInt64) { atomic.store(value, ordering: .releasing) }
  @inline(__always) public func exchange(_ value: UInt64) -> UInt64 {
    atomic.exchange(value, ordering: .acquiringAndReleasing)
  }
  @inline(__always) public func add(_ value: UInt64) -> UInt64 {
    atomic.wrappingAdd(value, ordering: .acquiringAndReleasing).oldValue
  }
  @inline(__always) public func compareExchange(
    expected: UInt64, desired: UInt64
  ) -> (exchanged: Bool, original: UInt64) {
    atomic.compareExchange(
      expected: expected, desired: desired, successOrdering: .acquiringAndReleasing,
      failureOrdering: .acquiring)
  }
  @inline(__always) public static func fence() { atomicMemoryFence(ordering: .sequentiallyConsistent) }
  /// Tells the processor that this thread looks at a word again and again, so that it lets others go first.
  @inline(__always) static func pause() { Builtin.int_x86_sse2_pause() }
  @inline(__always) public static func willRead(_ address: UInt) {}
  @inline(__always) public static func willWrite(_ address: UInt) {}
}
