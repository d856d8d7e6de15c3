public import Reactors
import Timing

/// The machine's other cores, as a `CoreWatch` sees them: it reads what they keep in their blocks and what their reactors
/// keep up to date, and asks them by non-maskable interrupts.
///
/// Any core may have one, but of each core only one watch may ask.
public struct OtherCores: WatchedCores, Sendable, ~Copyable {
  /// The last report of each core that was given.
  private var reports: InlineArray<16, UInt64> = InlineArray(repeating: 0)

  public init() {}

  public func running(onCore number: Int) -> RunningTask? {
    guard let block = CoreWords(ofCore: number) else { return nil }
    let running = CoreWords(address: block[.running])
    guard running.isPresent else { return nil }
    // A mixture of an earlier and a later state differs from both: what is asked is whether anything changes.
    return RunningTask(
      number: Int(bitPattern: UInt(running[0])), since: Instant(nanoseconds: running[1]), sleeps: running[2])
  }

  public func name(ofTask task: Int, onCore number: Int) -> StaticString? {
    guard let block = CoreWords(ofCore: number), task >= 0, task < Int(block[.taskNameCount]) else {
      return nil
    }
    // SAFETY: the core has published a table of so many names, which lives as long as the kernel. It changes a name only
    // when it spawns a task, which a core that hangs does not.
    return unsafe UnsafePointer<StaticString>(bitPattern: UInt(block[.taskNames])).map { unsafe $0[task] }
  }

  public mutating func ask(core number: Int) {
    guard let block = CoreWords(ofCore: number) else { return }
    block[.question] = block[.question] &+ 1
    coreInterrupt(UInt32(Processors.identifier(ofCore: number)), Panic.nonMaskable)
  }

  public func answer(ofCore number: Int) -> UInt? {
    guard let block = CoreWords(ofCore: number), block[.answer] == block[.question] else { return nil }
    return UInt(block[.answerPlace])
  }

  public mutating func takeReport(ofCore number: Int) -> UInt? {
    guard let block = CoreWords(ofCore: number) else { return nil }
    let report = block[.hang]
    guard report != reports[number] else { return nil }
    reports[number] = report
    return UInt(block[.hangPlace])
  }

  public mutating func setHung(_ isHung: Bool, core number: Int) {
    CoreWords(ofCore: number)?[.hung] = isHung ? 1 : 0
  }
}

extension Processors {
  /// Whether a watch has found that the core hangs, and it has not turned since: nothing should be sent to it. One load.
  /// Context: any, on any core.
  public static func isHung(core number: Int) -> Bool {
    CoreWords(ofCore: number).map { $0[.hung] != 0 } ?? false
  }

  /// Whether nothing works without the core: its own watchdog would stop the machine, rather than report.
  public static func isVital(core number: Int) -> Bool {
    CoreWords(ofCore: number).map { $0[.watchdog] != 0 && $0[.reportCore] == 0 } ?? false
  }
}

/// Another core's words, each read and written as it is in memory at that moment.
private struct CoreWords {
  private let address: UInt

  init(address: UInt64) { self.address = UInt(address) }

  /// The core's block; nothing when there is no such core.
  init?(ofCore number: Int) {
    guard number >= 0, number < Processors.coreCount else { return nil }
    address = Processors.block(ofCore: number)
  }

  var isPresent: Bool { address != 0 }

  subscript(word: CoreBlock.Word) -> UInt64 {
    get { self[word.rawValue] }
    nonmutating set { register(word.rawValue).store(newValue) }
  }

  subscript(index: Int) -> UInt64 { register(index).load() }

  private func register(_ index: Int) -> Register<UInt64> {
    // SAFETY: the words are those of a core block, or the three of a published RunningTask; both live as long as the
    // kernel, and are written a word at a time.
    unsafe Register<UInt64>(address: address + UInt(index) * 8)
  }
}
