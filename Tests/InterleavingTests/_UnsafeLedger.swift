/// Keeps count of messages: each that is made must end exactly once.
enum Ledger {
  /// Values that messages can have: 1 to one below this. Zero is what empty memory looks like.
  static let limit = 64

  // SAFETY: explorations run one at a time, on one system thread.
  nonisolated(unsafe) private static var made = [Int](repeating: 0, count: limit)
  nonisolated(unsafe) private static var ended = [Int](repeating: 0, count: limit)
  nonisolated(unsafe) private static var strays = 0

  static func reset() {
    unsafe made = [Int](repeating: 0, count: limit)
    unsafe ended = [Int](repeating: 0, count: limit)
    unsafe strays = 0
  }

  static func make(_ value: UInt64) { unsafe made[Int(value)] += 1 }

  static func end(_ value: UInt64) {
    guard value > 0, value < UInt64(limit) else { return unsafe strays += 1 }
    unsafe ended[Int(value)] += 1
  }

  /// What is wrong, if anything is.
  static var imbalance: String? {
    if unsafe strays > 0 { return unsafe "\(strays) messages out of nowhere" }
    for value in 0..<limit where unsafe made[value] != ended[value] {
      return unsafe "message \(value) was made \(made[value]) times and ended \(ended[value]) times"
    }
    return nil
  }
}
