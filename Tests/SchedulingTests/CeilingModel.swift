/// What must never happen among urgent tasks that share state through priority ceilings.
enum CeilingViolation: Hashable {
  /// A task starts that is not more urgent than all that run and than all ceilings of states that are in use.
  case startsTooEarly
  /// A section begins inside another of the same state: with locks this would be a deadlock.
  case stateIsEnteredTwice
  /// A task waits for anything of less urgent ones but one section, that which it found when it came.
  case waitsForMoreThanOneSection
  /// The core is idle, and a task was not started since its interrupt came.
  case interruptIsLost
}

/// What the protocol can get wrong: the controls.
enum CeilingFault {
  /// A section holds nothing back.
  case raisesNothing
  /// A section holds back the levels up to that of its own task.
  case raisesToItsOwnLevel
  /// The end of a section lets everything in, also what one around it holds back.
  case leavesAll
  /// An interrupt is taken whatever its level.
  case ignoresTheLevel
  /// What comes while its level is held back is forgotten.
  case forgetsWhatIsHeldBack
  /// A task is started only when no other runs, section or not.
  case waitsForTheEnd
}

/// The tasks of a core, one a level: level 0 is the ordinary one, 1 to 4 are urgent. What each does, step by step.
struct CeilingPrograms {
  enum Step: Hashable {
    case work
    case enter(Int)
    case leave(Int)
  }

  static let levelCount = 5
  let steps: [[Step]]
  /// Of each state: the level of the most urgent task that has sections of it.
  let ceilings: [Int]

  init(_ steps: [[Step]]) {
    self.steps = steps
    ceilings = (0..<3).map { state in steps.indices.filter { steps[$0].contains(.enter(state)) }.max() ?? 0 }
  }

  /// Each task with the sections it is said to have, one inside the other in this order, and work everywhere.
  static func nested(_ states: [[Int]]) -> CeilingPrograms {
    CeilingPrograms(
      states.map { states in
        [.work] + states.map { .enter($0) } + [.work] + states.reversed().map { .leave($0) } + [.work]
      })
  }
}

/// One core: its stack of tasks, its task priority, and what is pending; and, as ghosts, what is true.
struct CeilingState: Hashable {
  struct Frame: Hashable {
    let level: Int
    var step = 0
    /// The task priority before the task and before each of its sections.
    var saved: [Int]
    /// Where the outermost of its sections began, while it is in any.
    var section: Int?
  }

  var arrivalsLeft: Int
  var priority = 0
  var frames: [Frame]
  var pending: Set<Int> = []

  var entered: Set<Int> = []
  /// Not started since its interrupt came, by level: the section that it waits for, or -1 when it has not waited yet.
  var waiting: [Int: Int] = [:]

  init(arrivals: Int) {
    arrivalsLeft = arrivals
    frames = [Frame(level: 0, saved: [])]
  }
}

struct CeilingModel {
  typealias State = CeilingState
  let programs: CeilingPrograms
  let fault: CeilingFault?

  /// The interrupt of `level` comes.
  func arrive(_ level: Int, _ state: inout State) -> CeilingViolation? {
    state.arrivalsLeft -= 1
    // What came before and has not started yet is the same to it.
    state.waiting[level] = state.waiting[level] ?? -1
    if fault == .forgetsWhatIsHeldBack, level <= state.priority { return nil }
    state.pending.insert(level)
    return deliver(&state)
  }

  /// The controller gives the core the most urgent pending interrupt that is above its task priority.
  private func deliver(_ state: inout State) -> CeilingViolation? {
    var violation: CeilingViolation?
    while let level = state.pending.max() {
      if fault == .waitsForTheEnd {
        guard isIdle(state) else { return violation }
      } else if fault != .ignoresTheLevel {
        guard level > state.priority else { return violation }
      }
      state.pending.remove(level)
      state.waiting[level] = nil
      let floor = max(
        state.frames.dropFirst().map(\.level).max() ?? 0,
        state.entered.map { programs.ceilings[$0] }.max() ?? 0)
      if level <= floor { violation = .startsTooEarly }
      state.frames.append(State.Frame(level: level, saved: [state.priority]))
      state.priority = level
    }
    return violation
  }

  func isIdle(_ state: State) -> Bool {
    state.frames.count == 1 && state.frames[0].step == programs.steps[0].count
  }

  /// One step of what is on top of the stack; nothing else can run.
  func advance(_ state: inout State) -> CeilingViolation? {
    if isIdle(state) { return state.waiting.isEmpty ? nil : .interruptIsLost }
    let top = state.frames.count - 1
    let frame = state.frames[top]
    guard frame.step < programs.steps[frame.level].count else {
      state.frames.removeLast()
      state.priority = frame.saved[0]
      return deliver(&state)
    }
    let step = programs.steps[frame.level][frame.step]
    if case .enter = step, frame.section == nil { state.frames[top].section = frame.step }
    if makesWait(&state) { return .waitsForMoreThanOneSection }
    state.frames[top].step += 1
    switch step {
    case .work: return fault == .waitsForTheEnd ? deliver(&state) : nil
    case .enter(let section): return enter(section, &state)
    case .leave(let section): return leave(section, &state)
    }
  }

  private func enter(_ section: Int, _ state: inout State) -> CeilingViolation? {
    guard state.entered.insert(section).inserted else { return .stateIsEnteredTwice }
    let top = state.frames.count - 1
    state.frames[top].saved.append(state.priority)
    switch fault {
    case .raisesNothing: break
    case .raisesToItsOwnLevel: state.priority = max(state.priority, state.frames[top].level)
    default: state.priority = max(state.priority, programs.ceilings[section])
    }
    return nil
  }

  private func leave(_ section: Int, _ state: inout State) -> CeilingViolation? {
    let top = state.frames.count - 1
    state.entered.remove(section)
    let saved = state.frames[top].saved.removeLast()
    state.priority = fault == .leavesAll ? 0 : saved
    if state.frames[top].saved.count == (top == 0 ? 0 : 1) { state.frames[top].section = nil }
    return deliver(&state)
  }

  /// What waits and is more urgent than the running task waits for the section that this is in: always the same.
  private func makesWait(_ state: inout State) -> Bool {
    guard let frame = state.frames.last else { return false }
    for (level, section) in state.waiting where level > frame.level {
      guard let own = frame.section else { return true }
      let place = frame.level * 100 + own
      if section != -1, section != place { return true }
      state.waiting[level] = place
    }
    return false
  }
}
