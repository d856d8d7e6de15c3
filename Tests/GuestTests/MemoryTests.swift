@_extern(c, "memcpy") @discardableResult
private func memcpy(_ to: UInt, _ from: UInt, _ byteCount: UInt) -> UInt
@_extern(c, "memmove") @discardableResult
private func memmove(_ to: UInt, _ from: UInt, _ byteCount: UInt) -> UInt
@_extern(c, "memset") @discardableResult
private func memset(_ to: UInt, _ byte: Int32, _ byteCount: UInt) -> UInt
@_extern(c, "memcmp")
private func memcmp(_ left: UInt, _ right: UInt, _ byteCount: UInt) -> Int32

/// boot/memory.asm, which the compiler calls for every copy that is not inlined, against loops over bytes.
enum MemoryTests {
  private static let room = 512

  static func agreesWithLoopsOverBytes(_ report: inout TestReport) {
    var memory: InlineArray<512, UInt8> = InlineArray(repeating: 0)
    var model: InlineArray<512, UInt8> = InlineArray(repeating: 0)
    var state: UInt64 = 0x2545_F491_4F6C_DD1D
    var wrong: UInt64 = 0
    for round in 0..<30_000 {
      let count = random(&state, below: round & 1 == 0 ? 40 : 150)
      let from = random(&state, below: 150)
      for index in 0..<room {
        memory[index] = UInt8(truncatingIfNeeded: index &* 7 &+ round)
        model[index] = memory[index]
      }
      switch round & 3 {
      case 0: copy(&memory, &model, to: 300 + random(&state, below: 50), from: from, count)
      case 1: move(&memory, &model, to: random(&state, below: 150), from: from, count)
      case 2: fill(&memory, &model, at: from, with: UInt8(truncatingIfNeeded: round >> 2), count)
      default: wrong += compare(&memory, at: from, count, &state) ? 0 : 1
      }
      for index in 0..<room where memory[index] != model[index] { wrong += 1 }
    }
    report.expect(wrong == 0, "bytes that are not what they should be", wrong)
  }

  private static func random(_ state: inout UInt64, below limit: Int) -> Int {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return Int(state >> 33) % limit
  }

  private static func address(_ bytes: inout InlineArray<512, UInt8>) -> UInt {
    unsafe withUnsafeMutablePointer(to: &bytes) { UInt(bitPattern: $0) }
  }

  private static func copy(
    _ memory: inout InlineArray<512, UInt8>, _ model: inout InlineArray<512, UInt8>, to: Int, from: Int,
    _ count: Int
  ) {
    memcpy(address(&memory) + UInt(to), address(&memory) + UInt(from), UInt(count))
    for index in 0..<count { model[to + index] = model[from + index] }
  }

  private static func move(
    _ memory: inout InlineArray<512, UInt8>, _ model: inout InlineArray<512, UInt8>, to: Int, from: Int,
    _ count: Int
  ) {
    memmove(address(&memory) + UInt(to), address(&memory) + UInt(from), UInt(count))
    let source = model
    for index in 0..<count { model[to + index] = source[from + index] }
  }

  private static func fill(
    _ memory: inout InlineArray<512, UInt8>, _ model: inout InlineArray<512, UInt8>, at: Int,
    with byte: UInt8,
    _ count: Int
  ) {
    memset(address(&memory) + UInt(at), Int32(byte), UInt(count))
    for index in 0..<count { model[at + index] = byte }
  }

  /// The sign says which side has the greater byte where they first differ.
  private static func compare(
    _ memory: inout InlineArray<512, UInt8>, at: Int, _ count: Int, _ state: inout UInt64
  ) -> Bool {
    var other = memory
    var expected = 0
    let place = at + random(&state, below: 150)
    other[place] &+= UInt8(random(&state, below: 2))
    if place < at + count { expected = Int(memory[place]) - Int(other[place]) }
    let result = Int(memcmp(address(&memory) + UInt(at), address(&other) + UInt(at), UInt(count)))
    return result.signum() == expected.signum()
  }
}
