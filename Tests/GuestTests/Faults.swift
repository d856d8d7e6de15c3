import Buffers
import Machine
import Timing

@_extern(c, "core_interrupt") private func coreInterrupt(_ identifier: UInt32, _ command: UInt32)

/// Things that must end in a panic with the right words; each is a boot of its own, asked for by `test=NAME`.
enum Faults {
  /// Commits the named fault, if it is one.
  static func commit(_ name: (StaticString) -> Bool) {
    if name("non-maskable") { interruptItself() }
    if name("null-read") { nullRead() }
    if name("write-text") { writeText() }
    if name("execute-data") { executeData() }
    if name("stack-overflow") { report(recurse(depth: 1)) }
    if name("arithmetic-overflow") { report(overflow(by: opaque(255))) }
    if name("index-out-of-bounds") { report(element(at: opaque(7))) }
    if name("precondition") { demandFour(opaque(5)) }
  }

  /// The same of faults that need memory, or the core.
  static func commit(_ core: inout Core, _ startInfo: borrowing StartInfo, _ name: (StaticString) -> Bool) {
    var arena = GuestDevices.memory(startInfo)
    do throws(ArenaError) {
      if name("other-core") { overflowOnTheOtherCore(&core, in: &arena) }
      if name("ceiling-twice") { try enterTwice(in: &arena) }
      if name("ceiling-too-low") { try reachTooLow(&core, in: &arena, declared: true) }
      if name("ceiling-from-above") { try reachTooLow(&core, in: &arena, declared: false) }
    } catch {
      Machine.panic("the arena is too small")
    }
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

  /// By a non-maskable interrupt that is nobody's question.
  private static func interruptItself() {
    coreInterrupt(UInt32(LocalAPIC.identifier), 0b100 << 8 | 1 << 14)
    report(0)
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

  /// The stack of another core has a page below it that stops it, and its panic stops this one.
  private static func overflowOnTheOtherCore(_ core: inout Core, in arena: inout Arena) {
    guard CoreTests.start(Overflow(), &core, in: &arena) else { Machine.panic("there is no second core") }
    while true { Console.write("first core runs\n") }
  }

  private struct Overflow: CoreProgram, ~Copyable {
    static var entry: CoreEntry<Self> { CoreEntry { $0.run() } }

    consuming func run(on core: consuming Core) -> Never {
      let end = core.now + .milliseconds(20)
      while core.now < end {}
      Faults.report(Faults.recurse(depth: 1))
      Machine.panic("the second core has survived")
    }
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

  private static func enterTwice(in arena: inout Arena) throws(ArenaError) {
    let state = try Ceiling(UInt64(7), level: .high, in: &arena)
    let seen = state.withState { outer in
      outer += 1
      return state.withState { $0 }
    }
    report(Int(seen))
  }

  /// An urgent task that interrupts a section whose ceiling it is above.
  @inline(never)
  private static func reachTooLow(
    _ core: inout Core, in arena: inout Arena, declared: Bool
  ) throws(ArenaError) {
    let state = try Ceiling(UInt64(7), level: .low, in: &arena)
    let slot = UrgentSlot(.high, 0)
    try core.register(Intruder(state: state, isDeclared: declared), at: slot, limit: .none, in: &arena)
    state.withState { value in
      LocalAPIC.raise(slot)
      while core.counts(of: slot).run == 0 {}
      value += 1
    }
    report(Int(state.withState { $0 }))
  }

  private struct Intruder: UrgentTask, ~Copyable {
    static var entry: UrgentEntry<Self> { UrgentEntry { $0.run(at: $1) } }

    let state: Ceiling<UInt64>
    let isDeclared: Bool

    mutating func run(_ context: inout UrgentContext) {
      if isDeclared { state.withState(in: context) { $0 = 0 } } else { state.withState { $0 = 0 } }
    }
  }
}
