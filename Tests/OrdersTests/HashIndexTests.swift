import Buffers
import TestSupport
import XCTest

@testable import Orders

final class HashIndexTests: XCTestCase {
  /// Random insertions and removals against a dictionary, with keys that meet: the multiplier is 1.
  func testAgainstADictionary() throws {
    var random = SeededRandom()
    for seed in [UInt64(1), random.next()] {
      let memory = TestArena(byteCount: 1 << 16)
      var index = try HashIndex(capacity: 32, seed: seed, in: &memory.arena)
      var model: [UInt64: UInt32] = [:]
      for _ in 0..<20_000 {
        let key = UInt64.random(in: 1...60, using: &random) << (seed == 1 ? 56 : 0)
        if let position = index.position(of: key) {
          XCTAssertEqual(index.value(at: position), model[key], "seed \(random.seed)")
          index.remove(at: position)
          model[key] = nil
        } else {
          XCTAssertNil(model[key], "seed \(random.seed)")
          guard model.count < 32 else { continue }
          let value = UInt32.random(in: 0...99, using: &random)
          index.insert(key, value: value)
          model[key] = value
        }
        XCTAssertNil(index.position(of: 0))
        var seen: [UInt64: UInt32] = [:]
        index.forEach { seen[$0] = $1 }
        XCTAssertEqual(seen, model, "seed \(random.seed)")
      }
    }
  }
}
