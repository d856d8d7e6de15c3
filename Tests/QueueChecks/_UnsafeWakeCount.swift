/// How often a wake hook was called since this was asked last.
enum WakeCount {
  // SAFETY: one core runs one check at a time, and calls the hook itself.
  nonisolated(unsafe) private static var count: UInt64 = 0

  static func add() { unsafe count += 1 }

  static func take() -> UInt64 {
    defer { unsafe count = 0 }
    return unsafe count
  }
}
