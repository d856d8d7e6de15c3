import Machine

/// Instructions of an operation, on a machine whose time is its instruction count, `tools/run-qemu --icount`: there the
/// time stamp counter counts instructions.
struct InstructionCount {
  /// In hundredths: once in a ring's length an operation has more to do.
  let hundredths: UInt64

  private static let count: UInt64 = 4_096
  /// Of the loop around the operation, which is subtracted: `ofThree` shows that it is so many.
  private static let loopInstructions: UInt64 = 2

  /// Counts `body`, which is a loop that counts down and does the operation so many times.
  ///
  /// - Parameter size: operations of one turn of the loop; the instructions are of each.
  init(of size: UInt64 = 1, _ body: (_ count: UInt64) -> Void) {
    // Twice as much minus once as much: what is done once only, and the reading of the counter, cancel out.
    let once = Self.cycles(body, Self.count)
    let twice = Self.cycles(body, 2 * Self.count)
    hundredths = ((twice - once) * 100 / Self.count - 100 * Self.loopInstructions) / size
  }

  /// What was counted by reading the counter at both ends.
  init(instructions: UInt64) { hundredths = 100 * instructions }

  /// A call of a leaf in assembly that is a load and a return, counted as anything else: it has to come out as three
  /// instructions.
  static func ofThree(_ core: borrowing Core) -> InstructionCount {
    InstructionCount { count in
      var left = count
      while left > 0 {
        _ = core.pendingSources
        left &-= 1
      }
    }
  }

  /// Never inlined, so that both runs are of the same instructions.
  @inline(never)
  private static func cycles(_ body: (_ count: UInt64) -> Void, _ count: UInt64) -> UInt64 {
    let start = TimestampCounter.read()
    body(count)
    return TimestampCounter.read() - start
  }
}

extension TestReport {
  /// A test that counts an operation's instructions; they are noted under its name, and more than `bound` are too many.
  mutating func count(
    _ name: StaticString, atMost bound: UInt64? = nil, _ body: (inout TestReport) -> InstructionCount?
  ) {
    run(name) { report in
      guard let count = body(&report) else { return report.expect(false, "nothing was counted") }
      report.note(name, hundredths: count.hundredths, "instructions")
      guard let bound else { return }
      report.expect(count.hundredths <= 100 * bound, "too many; hundredths", count.hundredths)
    }
  }
}
