import Firmware
import Timing

/// How processors are called: INIT, and then the start-up interrupt, twice when it is not answered (Intel SDM 3A, 9.4.4.1).
/// All are sent INIT at once, so the wait behind it is only one. Context: boot.
enum ProcessorCalls {
  /// START_PAGE in boot/layout.inc.
  private static let startPage: UInt = 0x8000
  /// How long one is waited for that was asked to start. Measured starts take up to 30 ms; a busy host may leave an
  /// emulated processor without a turn for ten times that, so one that a table names gets more.
  private static let patience = Duration.milliseconds(200)
  private static let patienceWithNamed = Duration.seconds(2)
  /// How long answers are waited for when it is not known how many there will be.
  private static let askingTime = Duration.milliseconds(100)
  /// Who is asked where no table says who there is.
  private static let askedIdentifiers: Range<UInt8> = 0..<32
  private static let initialization: UInt32 = 0b101 << 8 | 1 << 14
  private static let startUp: UInt32 = 0b110 << 8 | 1 << 14

  // SAFETY: the first core alone knows of them.
  nonisolated(unsafe) private static var named = ProcessorSet()
  nonisolated(unsafe) private static var expected = ProcessorSet()
  nonisolated(unsafe) private static var initialized = ProcessorSet()
  /// One that is not waited for any more may come all the same, and must find the page as it was, to stop there.
  nonisolated(unsafe) private static var someoneIsLate = false

  /// Whether the page where processors start is memory that the loader leaves to the kernel.
  static func hasRoom(_ startInfo: borrowing StartInfo) -> Bool {
    startInfo.isUsable(from: startPage, to: startPage + PageMap.pageByteCount)
  }

  /// Says who else is going to be called: they are sent INIT together with the first of them.
  static func expectCalls(to processors: ProcessorSet) {
    unsafe named = processors
    unsafe expected = processors
  }

  /// Calls the processor, which then runs with `memory` as its core block.
  ///
  /// - Returns: whether it has arrived at `start`.
  static func wake(
    _ identifier: UInt8, _ memory: CoreMemory, _ start: borrowing CoreStart, _ core: borrowing Core
  ) -> Bool {
    openStartPage()
    expect(identifier, memory.address)
    initialize(identifier, core)
    send(startUpHere, to: identifier)
    wait(.milliseconds(1), core) { start.hasArrived }
    if !start.hasArrived { send(startUpHere, to: identifier) }
    wait(unsafe named.contains(identifier) ? patienceWithNamed : patience, core) { start.hasArrived }
    let hasArrived = start.hasArrived || !start.giveUp()
    expect(nil, 0)
    unsafe someoneIsLate = unsafe someoneIsLate || !hasArrived
    if unsafe !someoneIsLate { PageMap.setExecutable(false, page: startPage) }
    return hasArrived
  }

  /// Has every processor that is there say so, without starting it.
  static func ask(_ core: borrowing Core) -> ProcessorSet {
    var asked = ProcessorSet()
    for identifier in askedIdentifiers where identifier != LocalAPIC.identifier { asked.insert(identifier) }
    openStartPage()
    expect(nil, 0)
    asked.forEach { send(initialization, to: $0) }
    wait(.milliseconds(10), core) { false }
    asked.forEach { send(startUpHere, to: $0) }
    wait(.milliseconds(1), core) { false }
    asked.forEach { send(startUpHere, to: $0) }
    wait(askingTime, core) { false }
    unsafe someoneIsLate = true
    var answers = ProcessorSet()
    asked.forEach { if hasAnswered($0) { answers.insert($0) } }
    return answers
  }

  private static func initialize(_ identifier: UInt8, _ core: borrowing Core) {
    if unsafe initialized.contains(identifier) { return unsafe initialized.remove(identifier) }
    var group = ProcessorSet()
    if unsafe expected.contains(identifier) { group = unsafe expected }
    group.insert(identifier)
    group.forEach { send(initialization, to: $0) }
    wait(.milliseconds(10), core) { false }
    group.remove(identifier)
    unsafe initialized = group
    unsafe expected = ProcessorSet()
  }

  private static var startUpHere: UInt32 { startUp | UInt32(startPage >> 12) }

  private static func send(_ command: UInt32, to identifier: UInt8) {
    coreInterrupt(UInt32(identifier), command)
  }

  private static func wait(_ duration: Duration, _ core: borrowing Core, until isDone: () -> Bool) {
    let end = core.now + duration
    while !isDone() && core.now < end { corePause() }
  }

  /// Puts the code at the page where processors start, unless it is there. A page that is executable is not writable.
  private static func openStartPage() {
    if unsafe someoneIsLate { return }
    let begin = BootLayout[.startCode]
    // SAFETY: the page is low memory that nobody uses once the loader's words have been read.
    unsafe UnsafeMutableRawPointer(bitPattern: startPage)!.copyMemory(
      from: UnsafeRawPointer(bitPattern: begin)!, byteCount: Int(BootLayout[.startCodeEnd] - begin))
    PageMap.setExecutable(true, page: startPage)
  }

  /// Says who is awaited, or that nobody is. Other processors that find themselves there say so, and stop.
  private static func expect(_ identifier: UInt8?, _ block: UInt) {
    // SAFETY: boot/start.asm has these two words.
    let words = unsafe UnsafeMutablePointer<UInt>(bitPattern: BootLayout[.coreStart])!
    unsafe words[1] = block
    unsafe words[0] = identifier.map(UInt.init) ?? .max
  }

  /// Whether the processor has been at its start while it was not awaited.
  private static func hasAnswered(_ identifier: UInt8) -> Bool {
    let word = BootLayout[.coreAnswers] + UInt(identifier / 64) * 8
    // SAFETY: boot/start.asm has a bit for each of 256 identifiers.
    return unsafe Register<UInt64>(address: word).load() >> UInt64(identifier % 64) & 1 != 0
  }
}
