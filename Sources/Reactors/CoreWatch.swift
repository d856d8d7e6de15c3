public import Timing

/// Notices from one core that another one does not turn any more, and that it does again.
///
/// It looks at each core four times a period. One that is where it was at the look before is asked where it is, which it
/// answers whatever it does. It hangs when it was in the same place at five looks in a row, a whole period, and has
/// answered three times in between: that is known a period and a quarter after its last turn, and a look's delay later.
///
/// A host may take a guest's processor away for longer than the period, and then it hangs only as seen from here. An
/// answer proves that the processor was there in that quarter. So what is assumed of a host is no more than this: of
/// three times in a row that it lets a processor run, at least once it lets it come to the end of a poll. A watch that was
/// itself held up is not misled, since it counts looks and answers and not the time. A sleeping core does not turn
/// either, but a question wakes it, and it sleeps anew.
///
/// A core that does not even answer is given up four periods after its last turn: nobody can tell a processor that is dead
/// from one that the host has taken away for so long, and to send it work helps in neither case.
///
/// It gets along with what the reactors keep anyway, and costs the cores it watches nothing while they turn.
public struct CoreWatch: Sendable {
  /// Cores there can be.
  public static let mostCores = 16
  static let looksPerPeriod: UInt64 = 4
  private static let answersNeeded = 3
  /// Looks without an answer, after the first, until a core is given up.
  private static let patience = 15
  /// A core that has reported itself is looked at again after this part of the period, and was at fault if it has not
  /// turned by then: a host that gave its processor back a moment ago has let it run meanwhile.
  private static let confirmationsPerPeriod: UInt64 = 16

  /// How long a core may not turn.
  public let period: Duration
  private let watched: UInt16
  private var cores: InlineArray<16, WatchedCore> = InlineArray(repeating: WatchedCore())

  /// - Parameters:
  ///   - watched: a bit for each core to be watched, by its number; not the one that watches.
  ///   - period: of a watched core's own watchdog, at least 1 ms.
  public init(watching watched: UInt16, period: Duration) {
    precondition(period >= .milliseconds(1), "the period of a watch is at least 1 ms")
    self.watched = watched
    self.period = period
  }

  /// What was noticed by now, if anything: to be called until it was nothing, at `nextDeadline`, and when a core's own
  /// watchdog has called. Complexity: O(cores).
  public mutating func poll<Cores: WatchedCores & ~Copyable>(
    at now: Instant, _ others: inout Cores
  ) -> CoreEvent? {
    for number in 0..<Self.mostCores where watched & 1 << UInt16(number) != 0 {
      let report = others.takeReport(ofCore: number)
      guard report != nil || now >= cores[number].nextLook else { continue }
      let event = look(number, at: now, &others)
      if let report, !cores[number].isHung { noteReport(number, report, at: now) }
      if let event { return event }
    }
    return nil
  }

  /// When the next look is due; `never` when no core is watched.
  public var nextDeadline: Instant {
    var earliest = Instant.never
    for number in 0..<Self.mostCores where watched & 1 << UInt16(number) != 0 {
      earliest = min(earliest, cores[number].nextLook)
    }
    return earliest
  }

  /// Whether a core was reported, and has not turned since.
  public func isHung(core number: Int) -> Bool { cores[number].isHung }

  // MARK: - A look

  private mutating func look<Cores: WatchedCores & ~Copyable>(
    _ number: Int, at now: Instant, _ others: inout Cores
  ) -> CoreEvent? {
    cores[number].nextLook = now + Duration(nanoseconds: period.nanoseconds / Self.looksPerPeriod)
    guard let running = others.running(onCore: number) else { return nil }
    if running != cores[number].running { return noteTurn(number, running, at: now, &others) }
    if cores[number].isHung { return nil }
    return noteStanding(number, at: now, &others)
  }

  private mutating func noteTurn<Cores: WatchedCores & ~Copyable>(
    _ number: Int, _ running: RunningTask, at now: Instant, _ others: inout Cores
  ) -> CoreEvent? {
    let former = cores[number]
    cores[number].turned(running, at: now)
    // An answer from before the turn says nothing of what is behind it.
    if others.answer(ofCore: number) != nil { cores[number].isAsked = false }
    guard former.isHung else { return nil }
    others.setHung(false, core: number)
    return .recovered(core: number, after: now.since(former.start))
  }

  private mutating func noteStanding<Cores: WatchedCores & ~Copyable>(
    _ number: Int, at now: Instant, _ others: inout Cores
  ) -> CoreEvent? {
    if cores[number].isAsked { cores[number].take(others.answer(ofCore: number)) }
    let core = cores[number]
    if core.hasReported || core.answerCount >= Self.answersNeeded || core.silence >= Self.patience {
      return noteHang(number, at: now, &others)
    }
    if !core.isAsked {
      cores[number].isAsked = true
      others.ask(core: number)
    }
    return nil
  }

  private mutating func noteHang<Cores: WatchedCores & ~Copyable>(
    _ number: Int, at now: Instant, _ others: inout Cores
  ) -> CoreEvent {
    cores[number].isHung = true
    others.setHung(true, core: number)
    let core = cores[number]
    let task = core.running.flatMap { $0.number >= 0 ? $0.number : nil }
    return .hung(
      HungCore(
        core: number, task: task, name: task.flatMap { others.name(ofTask: $0, onCore: number) },
        duration: now.since(core.start), address: core.address))
  }

  private mutating func noteReport(_ number: Int, _ address: UInt, at now: Instant) {
    cores[number].address = address
    cores[number].hasReported = true
    cores[number].nextLook =
      now + Duration(nanoseconds: period.nanoseconds / Self.confirmationsPerPeriod)
  }
}

/// What a watch knows of a core.
private struct WatchedCore: BitwiseCopyable, Sendable {
  /// Where it was seen; nothing before the first look.
  var running: RunningTask?
  /// When it was first seen there.
  private var seen = Instant.zero
  var nextLook = Instant.zero
  /// A question was sent whose answer was not taken yet.
  var isAsked = false
  /// Answers from where it is, and looks without one since the last.
  private(set) var answerCount = 0
  private(set) var silence = 0
  /// Where it was found last.
  var address: UInt?
  /// Its own watchdog has reported it, where it is.
  var hasReported = false
  var isHung = false

  /// Since when it has not turned: the beginning of its poll, or when it was first seen without one.
  var start: Instant {
    guard let running, running.number >= 0 else { return seen }
    return min(running.since, seen)
  }

  /// It is somewhere else.
  mutating func turned(_ running: RunningTask, at now: Instant) {
    self.running = running
    seen = now
    (answerCount, silence, address, hasReported, isHung) = (0, 0, nil, false, false)
  }

  /// Takes the answer to the last question, if it has come.
  mutating func take(_ answer: UInt?) {
    guard let answer else {
      silence += 1
      return
    }
    (address, isAsked, silence) = (answer, false, 0)
    answerCount += 1
  }
}
