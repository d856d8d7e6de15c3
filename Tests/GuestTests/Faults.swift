import Machine

/// Things that must end in a panic with the right words; each is a boot of its own, asked for by `test=NAME`.
enum Faults {
  /// Commits the named fault, if it is one.
  static func commit(_ name: (StaticString) -> Bool) {
    if name("null-read") { nullRead() }
    if name("write-text") { writeText() }
    if name("execute-data") { executeData() }
    if name("stack-overflow") { report(recurse(depth: 1)) }
    if name("arithmetic-overflow") { report(overflow(by: opaque(255))) }
    if name("index-out-of-bounds") { report(element(at: opaque(7))) }
    if name("precondition") { demandFour(opaque(5)) }
  }

  /// Reached only when the fault was not caught.
  private static func report(_ value: Int) {
    Console.write("survived with ")
    Console.write(UInt64(value))
    Console.newLine()
  }

  /// A value the optimiser knows nothing about.
  @inline(never) private static func opaque(_ value: Int) -> Int {
    Int(truncatingIfNeeded: TimestampCounter.read() & 0) + value
  }

  private static func nullRead() {
    // Not address 0 itself, which Swift would take for nil; the page is the same.
    unsafe report(Int(Register<UInt32>(address: UInt(opaque(16))).load()))
  }

  private static func writeText() {
    unsafe Register<UInt32>(address: Image.start + UInt(opaque(64))).store(0)
    report(0)
  }

  private static func executeData() {
    var code: UInt64 = 0xC3
    unsafe withUnsafeMutablePointer(to: &code) { pointer in
      unsafe (unsafeBitCast(pointer, to: (@convention(c) () -> Void).self))()
    }
    report(0)
  }

  @inline(never) private static func recurse(depth: Int) -> Int {
    var space: InlineArray<64, Int> = InlineArray(repeating: depth)
    space[opaque(3)] = depth + 1
    guard space[3] != opaque(0) else { return 0 }
    return recurse(depth: space[3]) + space[opaque(5)]
  }

  private static func overflow(by amount: Int) -> Int { Int(UInt8(amount) + UInt8(1)) }

  private static func element(at index: Int) -> Int {
    let values: InlineArray<4, Int> = [1, 2, 3, 4]
    return values[index]
  }

  private static func demandFour(_ value: Int) {
    precondition(value == 4, "the value must be four")
  }
}
