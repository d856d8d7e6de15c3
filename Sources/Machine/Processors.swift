public import Buffers
public import Firmware
import Timing

/// The machine's processors: which there are, and the others started as cores of their own, by the first core and one after
/// the other. Context: boot.
public enum Processors {
  /// Cores there can be, the first one included.
  public static let mostCores = 16

  // SAFETY: the first core alone writes them, before whoever reads them has anything to say.
  nonisolated(unsafe) private static var identifiers: InlineArray<16, UInt8> = InlineArray(repeating: 0)
  nonisolated(unsafe) private static var blocks: InlineArray<16, UInt> = InlineArray(repeating: 0)
  nonisolated(unsafe) private static var nodes: InlineArray<16, UInt8> = InlineArray(repeating: 0)
  nonisolated(unsafe) private static var startedCount = 1

  /// Cores that run.
  public static var coreCount: Int { unsafe startedCount }

  /// The identifier of a core's local APIC, to which interrupts are sent.
  public static func identifier(ofCore number: Int) -> UInt8 {
    precondition(number >= 0 && number < coreCount, "the core is one of those that were started")
    return unsafe identifiers[number]
  }

  /// The node whose memory is the core's own; 0 before the processors were found.
  public static func node(ofCore number: Int) -> Int {
    precondition(number >= 0 && number < coreCount, "the core is one of those that were started")
    return unsafe Int(nodes[number])
  }

  /// Where a core's block is, which other cores may look into.
  static func block(ofCore number: Int) -> UInt {
    precondition(number >= 0 && number < coreCount, "the core is one of those that were started")
    return unsafe blocks[number]
  }

  /// Notes who is the first core.
  static func begin() {
    unsafe identifiers[0] = LocalAPIC.identifier
    unsafe blocks[0] = CoreBlock[.itself]
  }

  /// Finds out which processors there are, and how interrupt lines reach them: by ACPI, else by the MP table, else by
  /// asking. Before any other one is started. Where the loader does not call the memory usable in which the others would
  /// begin, nobody is asked, and only this one is a core.
  public static func find(_ startInfo: borrowing StartInfo, from core: borrowing Core) -> FoundProcessors {
    find(in: MachineTables(startInfo), from: core, canStartOthers: ProcessorCalls.hasRoom(startInfo))
  }

  /// The same with tables that were read already; ones that name no processor are as good as none.
  public static func find(
    in tables: MachineTables, from core: borrowing Core, canStartOthers: Bool = true
  ) -> FoundProcessors {
    precondition(core.number == 0 && coreCount == 1, "processors are found before any of them is started")
    InputOutputAPIC.use(tables.lines)
    let found = FoundProcessors(
      first: LocalAPIC.identifier,
      others: tables.source == .none && canStartOthers
        ? ProcessorCalls.ask(core) : tables.processors,
      FoundProcessors.Source(tables.source), tables, canStartOthers: canStartOthers)
    var others = ProcessorSet()
    for index in 1..<found.count { others.insert(found.identifier(at: index)) }
    ProcessorCalls.expectCalls(to: others)
    unsafe nodes[0] = UInt8(found.node(at: 0))
    unsafe nodeTable = found.tables.nodes
    return found
  }

  nonisolated(unsafe) private static var nodeTable: NodeTable?

  /// Starts the processor with `identifier` for `program`, as the core with the next number. Once there are several cores,
  /// their clock goes on at the rate it has: a correction would have to come to all of them at the same moment.
  ///
  /// What the core itself needs comes from `arena`, some 100 KiB; it is best of the processor's node.
  ///
  /// - Returns: the program when the processor did not come up: after at most 2.1 s when `find` has named it, else 0.25 s. The
  ///   console names it.
  public static func start<Program: CoreProgram & ~Copyable>(
    _ program: consuming Program, on identifier: UInt8, from core: inout Core, in arena: inout Arena
  ) throws(ArenaError) -> Program? {
    let number = coreCount
    precondition(number < mostCores, "there are 16 cores already, the most there can be")
    precondition(core.number == 0 && identifier != LocalAPIC.identifier, "only the first core starts others")
    let memory = try CoreMemory(number: number, in: &arena)
    typealias Record = CoreRecord<Program>
    let room = unsafe try arena.carve(
      byteCount: MemoryLayout<Record>.size, alignment: max(64, MemoryLayout<Record>.alignment))
    // SAFETY: the carved bytes are exclusively ours, aligned and large enough.
    let record = unsafe room.initializeMemory(
      as: Record.self, to: Record(start: CoreStart(number: number, from: core), program: program))
    memory[.startFunction] = Program.entry.address
    memory[.startContext] = UInt(bitPattern: room)
    // SAFETY: until it is released the other core reads no more of the record than the words where the two meet.
    guard unsafe ProcessorCalls.wake(identifier, memory, record.pointee.start, core) else {
      sayMissing(identifier)
      return unsafe record.pointee.program.take()
    }
    core.keeper.stop()
    note(number, identifier, memory)
    unsafe record.pointee.start.release(record.pointee.start.measureOffset())
    return nil
  }

  private static func note(_ number: Int, _ identifier: UInt8, _ memory: CoreMemory) {
    unsafe identifiers[number] = identifier
    unsafe blocks[number] = memory.address
    unsafe nodes[number] = UInt8(nodeTable?.node(ofProcessor: identifier) ?? 0)
    unsafe startedCount = number + 1
  }

  /// Does something with every core but this one: its number, the identifier of its processor, its block's address.
  static func forEachOther(_ body: (_ number: Int, _ identifier: UInt8, _ block: UInt) -> Void) {
    let own = Int(CoreBlock[.number])
    for number in 0..<coreCount where number != own {
      unsafe body(number, identifiers[number], blocks[number])
    }
  }

  private static func sayMissing(_ identifier: UInt8) {
    Console.write("sluice: the processor with APIC identifier ")
    Console.write(UInt64(identifier))
    Console.write(" does not come up and is left out\n")
  }
}
