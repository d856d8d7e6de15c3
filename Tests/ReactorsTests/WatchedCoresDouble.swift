import Reactors
import Timing

/// What a core does for a time.
enum CoreConduct: CaseIterable {
  /// It turns all the time.
  case busy
  /// It sleeps; a question wakes it, and it sleeps again.
  case asleep
  /// A task does not return.
  case hung
  /// It came from where it was, and did not get as far as a poll or a sleep.
  case stuck
  /// The host has taken its processor away.
  case away
}

/// A core whose conduct is set from outside.
struct CoreDouble {
  static let place: UInt = 0x20_1000

  private(set) var conduct = CoreConduct.asleep
  private var running = RunningTask.none
  private(set) var askCount = 0
  private var answerCount = 0
  var report: UInt?
  var isHung = false
  var hasReactor = true

  mutating func begin(_ conduct: CoreConduct, at now: Instant) {
    if self.conduct == .busy { running = RunningTask(number: 1, since: now, sleeps: running.sleeps) }
    self.conduct = conduct
    switch conduct {
    case .busy, .hung: running = RunningTask(number: 1, since: now, sleeps: running.sleeps)
    case .asleep: sleep()
    case .stuck, .away: break
    }
    if conduct != .away { giveAnswer() }
  }

  func running(at now: Instant) -> RunningTask? {
    guard hasReactor else { return nil }
    return conduct == .busy ? RunningTask(number: 1, since: now, sleeps: running.sleeps) : running
  }

  mutating func ask() {
    askCount += 1
    if conduct != .away { giveAnswer() }
  }

  var answer: UInt? { answerCount == askCount ? Self.place : nil }

  private mutating func giveAnswer() {
    let isQuestion = answerCount < askCount
    answerCount = askCount
    if isQuestion && conduct == .asleep { sleep() }
  }

  private mutating func sleep() {
    running.number = -1
    running.sleeps += 1
  }
}

/// Sixteen cores that are moved by hand.
struct CoreDoubles: WatchedCores {
  var now = Instant(nanoseconds: 1_000_000)
  var cores = [CoreDouble](repeating: CoreDouble(), count: CoreWatch.mostCores)
  /// What is broken about them, for controls.
  var answersNever = false

  func running(onCore number: Int) -> RunningTask? { cores[number].running(at: now) }
  func name(ofTask task: Int, onCore number: Int) -> StaticString? { task == 1 ? "spin" : nil }
  mutating func ask(core number: Int) { cores[number].ask() }
  func answer(ofCore number: Int) -> UInt? { answersNever ? nil : cores[number].answer }
  mutating func takeReport(ofCore number: Int) -> UInt? { cores[number].report.take() }
  mutating func setHung(_ isHung: Bool, core number: Int) { cores[number].isHung = isHung }
  mutating func begin(_ conduct: CoreConduct, core number: Int) { cores[number].begin(conduct, at: now) }
}

/// A watch and its cores.
struct WatchStage {
  static let period = Duration.milliseconds(100)

  var watch: CoreWatch
  var others = CoreDoubles()

  init(watching watched: UInt16 = 0b110) { watch = CoreWatch(watching: watched, period: Self.period) }

  /// Polls once, and again as long as there is something.
  mutating func poll() -> [CoreEvent] {
    var events: [CoreEvent] = []
    while let event = watch.poll(at: others.now, &others) { events.append(event) }
    return events
  }

  /// Lets time pass, with looks as they are due, each late by as much; gives what was noticed, with the time since the
  /// beginning in milliseconds.
  mutating func run(milliseconds: UInt64, late: Duration = .zero) -> [(time: UInt64, event: CoreEvent)] {
    let start = others.now
    let end = start + .milliseconds(milliseconds)
    var events: [(UInt64, CoreEvent)] = []
    while watch.nextDeadline + late <= end {
      others.now = max(others.now, watch.nextDeadline + late)
      for event in poll() { events.append((others.now.since(start).nanoseconds / 1_000_000, event)) }
    }
    others.now = end
    return events
  }
}
