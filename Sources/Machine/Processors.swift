public import Buffers
import Timing

/// The machine's other processors, each started as a core of its own, by the first core and one after the other.
///
/// Which there are is found by asking: a start-up interrupt that nobody answers within its time means that there is none.
/// Context: boot.
public enum Processors {
  /// Cores there can be, the first one included.
  public static let mostCores = 16

  /// START_PAGE in boot/layout.inc.
  private static let startPage: UInt = 0x8000
  /// How long one is waited for that was asked to start; measured starts take up to 30 ms.
  private static let patience = Duration.milliseconds(200)
  private static let initialization: UInt32 = 0b101 << 8 | 1 << 14
  private static let startUp: UInt32 = 0b110 << 8 | 1 << 14

  // SAFETY: the first core alone writes them, before whoever reads them has anything to say.
  nonisolated(unsafe) private static var identifiers: InlineArray<16, UInt8> = InlineArray(repeating: 0)
  nonisolated(unsafe) private static var blocks: InlineArray<16, UInt> = InlineArray(repeating: 0)
  nonisolated(unsafe) private static var startedCount = 1

  /// Cores that run.
  public static var coreCount: Int { unsafe startedCount }

  /// The identifier of a core's local APIC, to which interrupts are sent.
  public static func identifier(ofCore number: Int) -> UInt8 {
    precondition(number >= 0 && number < coreCount, "the core is one of those that were started")
    return unsafe identifiers[number]
  }

  /// Where a core's block is, which other cores may look into.
  static func block(ofCore number: Int) -> UInt {
    precondition(number >= 0 && number < coreCount, "the core is one of those that were started")
    return unsafe blocks[number]
  }

  /// Notes who is the first core.
  static func begin() {
    unsafe identifiers[0] = LocalAPIC.identifier
    unsafe blocks[0] = coreBlockAddress()
  }

  /// Starts the processor with `identifier` for `program`, as the core with the next number. Once there are several cores,
  /// their clock goes on at the rate it has: a correction would have to come to all of them at the same moment.
  ///
  /// - Returns: the program when the processor did not come up, after at most 0.25 s; the console names it.
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
    guard unsafe wake(identifier, memory, record.pointee.start, core) else {
      sayMissing(identifier)
      return unsafe record.pointee.program.take()
    }
    core.keeper.stop()
    unsafe identifiers[number] = identifier
    unsafe blocks[number] = memory.address
    unsafe startedCount = number + 1
    unsafe record.pointee.start.release(record.pointee.start.measureOffset())
    return nil
  }

  /// Does something with the identifier of every core but this one.
  static func forEachOther(_ body: (UInt8) -> Void) {
    let own = Int(CoreBlock[.number])
    for number in 0..<coreCount where number != own { body(unsafe identifiers[number]) }
  }

  // MARK: - Starting

  private static func wake(
    _ identifier: UInt8, _ memory: CoreMemory, _ start: borrowing CoreStart, _ core: borrowing Core
  ) -> Bool {
    copyStartCode()
    PageMap.setExecutable(true, page: startPage)
    expect(identifier, memory)
    defer {
      expect(nil, memory)
      PageMap.setExecutable(false, page: startPage)
    }
    // Intel SDM 3A, 9.4.4.1: the start-up interrupt is sent again when it was not answered.
    coreInterrupt(UInt32(identifier), initialization)
    wait(.milliseconds(10), core) { false }
    let startUpHere = startUp | UInt32(startPage >> 12)
    coreInterrupt(UInt32(identifier), startUpHere)
    wait(.milliseconds(1), core) { start.hasArrived }
    if !start.hasArrived { coreInterrupt(UInt32(identifier), startUpHere) }
    wait(patience, core) { start.hasArrived }
    return start.hasArrived || !start.giveUp()
  }

  private static func wait(_ duration: Duration, _ core: borrowing Core, until isDone: () -> Bool) {
    let end = core.now + duration
    while !isDone() && core.now < end { corePause() }
  }

  private static func sayMissing(_ identifier: UInt8) {
    Console.write("sluice: the processor with APIC identifier ")
    Console.write(UInt64(identifier))
    Console.write(" does not come up and is left out\n")
  }

  private static func copyStartCode() {
    let begin = BootLayout[.startCode]
    // SAFETY: the page is low memory that nobody uses once the loader's words have been read.
    unsafe UnsafeMutableRawPointer(bitPattern: startPage)!.copyMemory(
      from: UnsafeRawPointer(bitPattern: begin)!, byteCount: Int(BootLayout[.startCodeEnd] - begin))
  }

  /// Says who is awaited, or that nobody is. Other processors that find themselves there stop.
  private static func expect(_ identifier: UInt8?, _ memory: CoreMemory) {
    // SAFETY: boot/start.asm has these two words.
    let words = unsafe UnsafeMutablePointer<UInt>(bitPattern: BootLayout[.coreStart])!
    unsafe words[1] = memory.address
    unsafe words[0] = identifier.map(UInt.init) ?? .max
  }
}
