/// A 64-bit word that cores share: all that the queues know of atomics.
///
/// In the image and in production it is a `HardwareWord`. Under test it is replaced by one whose every operation is a
/// choice of a scheduler, which then goes through all interleavings, and through all values that acquire and release
/// allow a load to see. So a queue may share nothing but these words and the slots, and announces each access to a slot.
public protocol SharedWord: ~Copyable {
  init(_ value: UInt64)

  /// Relaxed: nothing is ordered by it.
  func load() -> UInt64
  /// Acquire: what was written before the store whose value this reads is seen by whatever follows.
  func loadAcquiring() -> UInt64
  /// Relaxed.
  func store(_ value: UInt64)
  /// Release: whoever acquires this value sees all that was written before.
  func storeReleasing(_ value: UInt64)
  /// Acquire and release; gives the value before.
  func exchange(_ value: UInt64) -> UInt64
  /// Adds, wrapping. Acquire and release; gives the value before.
  func add(_ value: UInt64) -> UInt64
  /// Acquire and release when it exchanged, acquire otherwise.
  func compareExchange(expected: UInt64, desired: UInt64) -> (exchanged: Bool, original: UInt64)

  /// Sequentially consistent: a store before it is seen by everybody whose own fence comes later.
  static func fence()
  /// Called before plain memory at `address` is read that another core may have written: nothing, but under test.
  static func willRead(_ address: UInt)
  /// Called before plain memory at `address` is written, or moved out of, that another core may look at.
  static func willWrite(_ address: UInt)
}
