public import Queues

/// A shared word under exploration: each operation is a place where another thread may go on, and a load gives any
/// value that acquire and release allow it to see.
///
/// Made in an exploration's set-up; alive for one execution. Outside the threads it is an ordinary word.
public struct ModelWord: SharedWord, ~Copyable {
  private let index: Int

  public init(_ value: UInt64) { index = ModelMachine.current.memory.addWord(value) }

  public func load() -> UInt64 { perform(.load) }
  public func loadAcquiring() -> UInt64 { perform(.loadAcquiring) }
  public func store(_ value: UInt64) { _ = perform(.store, value) }
  public func storeReleasing(_ value: UInt64) { _ = perform(.storeReleasing, value) }
  public func exchange(_ value: UInt64) -> UInt64 { perform(.exchange, value) }
  public func add(_ value: UInt64) -> UInt64 { perform(.add, value) }

  public func compareExchange(
    expected: UInt64, desired: UInt64
  ) -> (exchanged: Bool, original: UInt64) {
    let original = perform(.compareExchange, desired, expected: expected)
    return (original == expected, original)
  }

  public static func fence() { _ = ModelMachine.current.perform(Operation(.fence, on: Location.fences)) }
  public static func willRead(_ address: UInt) { ModelMachine.current.access(address, isWrite: false) }
  public static func willWrite(_ address: UInt) { ModelMachine.current.access(address, isWrite: true) }

  private func perform(_ kind: Operation.Kind, _ value: UInt64 = 0, expected: UInt64 = 0) -> UInt64 {
    ModelMachine.current.perform(Operation(kind, on: index, value, expected: expected))
  }
}
