import Buffers
import Firmware
import Machine
import Queues
import Streams
import Timing
import Wire

/// All processors of the machine: found by its tables or by asking, started, and each in touch with each other one.
enum ManyCores {
  private static let capacity = 4

  static func run(
    _ report: inout TestReport, _ core: inout Core, _ startInfo: borrowing StartInfo, _ found: FoundProcessors
  ) {
    say(found, report)
    var memory = MemoryMap(startInfo, found)
    guard var arena = memory.takeArena(ofNode: found.node(at: 0)) else { Machine.panic("there is no memory") }
    var others = orPanic { () throws(ArenaError) in
      try Table<Arena?>(count: memory.nodeCount, in: &arena) {
        $0 == found.node(at: 0) ? nil : memory.takeArena(ofNode: $0)
      }
    }
    var links = Links(found, in: &arena)
    let before = core.now
    for index in 1..<found.count {
      let member = links.member(index, expectsLine: index == found.count - 1, in: &arena)
      if var own = others[found.node(at: index)].take() {
        start(member, found.identifier(at: index), &core, in: &own)
        others[found.node(at: index)] = .some(own)
      } else {
        start(member, found.identifier(at: index), &core, in: &arena)
      }
    }
    report.note("us to start the others", core.now.since(before).nanoseconds / 1000)
    var first = links.member(0, expectsLine: false, in: &arena)
    exchange(&report, &core, found, &first)
  }

  private static func start(
    _ member: consuming Member, _ identifier: UInt8, _ core: inout Core, in arena: inout Arena
  ) {
    if !CoreTests.start(member, on: identifier, &core, in: &arena) {
      Machine.panic("a processor that was found does not come up")
    }
  }

  private static func orPanic<Value: ~Copyable, Failure: Error>(_ body: () throws(Failure) -> Value) -> Value
  {
    do throws(Failure) { return try body() } catch { Machine.panic("too little memory") }
  }

  private static func say(_ found: FoundProcessors, _ report: borrowing TestReport) {
    Console.write("# processors found by ")
    Console.write(found.source.name)
    Console.newLine()
    report.note("processors", UInt64(found.count))
    report.note("not enabled", UInt64(found.tables.disabledProcessorCount))
    report.note("nodes", UInt64(found.tables.nodes.count))
  }

  private static func exchange(
    _ report: inout TestReport, _ core: inout Core, _ found: FoundProcessors, _ first: inout Member
  ) {
    report.run("every processor that was found runs") {
      $0.expect(Processors.coreCount == found.count, "cores", UInt64(Processors.coreCount))
    }
    report.run("every core has a timer, and exchanges messages with every other one") { report in
      first.work(&core)
      judge(first.report, 0, found, &report)
    }
    report.run("every core has a block, a stack and memory of its own") { report in
      var stacks = InlineArray<16, UInt>(repeating: 0)
      stacks[0] = first.report.stack
      for index in 1..<found.count {
        if index == found.count - 1 { fireLine(to: index, found) }
        let last = first.receive(from: index, &core).report
        judge(last, index, found, &report)
        stacks[index] = last.stack
        for other in 0..<index {
          let distance = max(stacks[other], last.stack) - min(stacks[other], last.stack)
          report.expect(distance > 64 * 1024, "two stacks are too close", UInt64(distance))
        }
        report.expect(
          found.tables.nodes.node(ofAddress: UInt64(last.stack)) == found.node(at: index),
          "a stack is in another node's memory", UInt64(last.stack))
        report.expect(last.hasSeenLine == (index == found.count - 1), "the line at core", UInt64(index))
      }
    }
  }

  private static func judge(
    _ member: MemberReport, _ index: Int, _ found: FoundProcessors, _ report: inout TestReport
  ) {
    report.expect(member.number == index, "the number of core", UInt64(index))
    report.expect(member.identifier == found.identifier(at: index), "identifier", UInt64(member.identifier))
    report.expect(
      Processors.identifier(ofCore: index) == member.identifier
        && Processors.node(ofCore: index) == found.node(at: index), "what is noted of core", UInt64(index))
    report.expect(member.early == .zero, "its timer fired early, by ns", member.early.nanoseconds)
    report.expect(member.wrongCount == 0, "wrong letters", member.wrongCount)
    report.expect(member.lostCount == 0, "lost wake-ups", member.lostCount)
  }

  /// Has an interrupt line come to the core: the 8254's where the tables say that it is not at the input with its number,
  /// else the serial port's.
  private static func fireLine(to core: Int, _ found: FoundProcessors) {
    let usesTimer = found.tables.lines[IntervalLine.isaLine].global == IntervalLine.line
    let line = usesTimer ? IntervalLine.isaLine : SerialPort.interruptLine
    guard InputOutputAPIC.route(line: line, to: Member.lineSource, core: core) else {
      return Console.write("# no controller has the line\n")
    }
    if usesTimer { IntervalLine.fire(afterMicroseconds: 1_000) } else { SerialLine.fire() }
  }

  /// A link from each core to each other one.
  private struct Links: ~Copyable {
    private let count: Int
    private var senders: Table<LetterSender?>
    private var receivers: Table<LetterReceiver?>

    init(_ found: FoundProcessors, in arena: inout Arena) {
      count = found.count
      let pairCount = count * count
      senders = orPanic { () throws(ArenaError) in try Table(count: pairCount, in: &arena) { _ in nil } }
      receivers = orPanic { () throws(ArenaError) in try Table(count: pairCount, in: &arena) { _ in nil } }
      for sender in 0..<count {
        for receiver in 0..<count where sender != receiver {
          let hook = LocalAPIC.wakeHook(source: Member.source, onProcessor: found.identifier(at: receiver))
          let ends = orPanic { () throws(QueueError) in
            try Channel<Letter>.create(
              .link, over: .vec, QueueProperties(capacity: capacity, waiting: .wake(hook)), in: &arena
            ).link()
          }
          senders[sender * count + receiver] = .some(ends.producer)
          receivers[receiver * count + sender] = .some(ends.consumer)
        }
      }
    }

    /// The core with all its ends.
    mutating func member(_ number: Int, expectsLine: Bool, in arena: inout Arena) -> Member {
      let first = number * count
      let ownSenders = orPanic { () throws(ArenaError) in
        try Table(count: count, in: &arena) { senders[first + $0].take() }
      }
      let ownReceivers = orPanic { () throws(ArenaError) in
        try Table(count: count, in: &arena) { receivers[first + $0].take() }
      }
      return Member(number: number, expectsLine: expectsLine, ownSenders, ownReceivers)
    }
  }
}

/// The machine's memory without what ACPI's tables are found through.
struct MemoryWithoutACPI: PhysicalMemory {
  private let memory = IdentityMap()

  @_lifetime(borrow self)
  func bytes(at address: UInt64, count: Int) -> RawSpan? {
    guard let bytes = memory.bytes(at: address, count: count) else { return nil }
    return count >= 8 && bytes.littleEndian(at: 0, as: UInt64.self) == 0x2052_5450_2044_5352 ? nil : bytes
  }
}
