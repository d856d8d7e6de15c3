// What a core runs that another one starts, and the way from the start, which knows it only as an address, to its type.

/// What a core runs from its start on. It takes along what it owns: its arena, its ends of queues.
public protocol CoreProgram: Sendable, ~Copyable {
  /// Runs for ever on the core that was started for it. Interrupts are on.
  consuming func run(on core: consuming Core) -> Never

  /// How a starting core reaches a program of this type; this one line has to stand in each concrete type, since the
  /// compiler makes functions that are stored without a heap only for those:
  ///
  ///     static var entry: CoreEntry<Self> { CoreEntry { $0.run() } }
  static var entry: CoreEntry<Self> { get }
}

/// A program as the core that is started for it finds it.
struct CoreRecord<Program: CoreProgram & ~Copyable>: ~Copyable {
  var start: CoreStart
  var program: Program?
}

/// Where a program lies. Only the start of its core makes one.
///
/// SAFETY: the address is that of the record that was stored with the function which gets it.
@safe public struct CorePlace<Program: CoreProgram & ~Copyable> {
  private let address: UnsafeMutableRawPointer

  /// Takes the program and runs it, unless the core has come too late.
  @inline(__always)
  public func run() {
    let record = unsafe address.assumingMemoryBound(to: CoreRecord<Program>.self)
    unsafe record.pointee.start.arrive()
    let core = unsafe Core(record.pointee.start)
    guard let program = unsafe record.pointee.program.take() else { return }
    program.run(on: core)
  }
}

/// The function that a core calls that was started, of one type of program.
public struct CoreEntry<Program: CoreProgram & ~Copyable> {
  private let call: (CorePlace<Program>) -> Void

  /// The closure may capture nothing.
  @inline(__always)
  public init(_ call: @escaping (CorePlace<Program>) -> Void) { self.call = call }

  /// Where the code is. The start calls it as Swift does: one word, in the register of the first parameter.
  @inline(__always)
  var address: UInt {
    // SAFETY: a closure is two words, its code and its context.
    let words = unsafe unsafeBitCast(self, to: (code: UInt, context: UInt).self)
    precondition(words.context == 0, "a program's entry may capture nothing")
    return words.code
  }
}
