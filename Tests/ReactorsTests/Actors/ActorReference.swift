import Reactors
import Timing

/// What a store of actors does, told plainly with arrays and dictionaries. Actors have numbers of their own, each used
/// once.
struct ActorReference {
  struct Actor {
    var mail: [(value: Int, isBad: Bool)] = []
    var count = 0
    var last = -1
    var isSuspended = false
    var restartsLeft: Int
    var policy: FailurePolicy
  }

  let limits: ActorLimits
  var actors: [Int: Actor] = [:]
  /// Actors that wait for being picked, in the order in which they became ready.
  var order: [Int] = []
  private var nextNumber = 0
  private var restartTimes: [Instant] = []
  var deadLetters: [Int] = []

  init(limits: ActorLimits) { self.limits = limits }

  mutating func start(_ policy: FailurePolicy, restarts: Int) -> Int? {
    guard actors.count < limits.actors else { return nil }
    actors[nextNumber] = Actor(restartsLeft: restarts, policy: policy)
    nextNumber += 1
    return nextNumber - 1
  }

  enum Sent {
    case delivered
    case full
    case dead
  }

  mutating func send(_ value: Int, isBad: Bool, to number: Int) -> Sent {
    guard let actor = actors[number] else { return .dead }
    guard actor.mail.count < limits.mailboxCapacity else { return .full }
    actors[number]!.mail.append((value, isBad))
    makeReady(number)
    return .delivered
  }

  private mutating func makeReady(_ number: Int) {
    guard let actor = actors[number], !actor.isSuspended, !actor.mail.isEmpty, !order.contains(number) else {
      return
    }
    order.append(number)
  }

  /// Hands an actor that must be waiting its oldest message.
  ///
  /// - Returns: the message, and why its failure escalates, if it does; nothing when the actor must not be picked.
  mutating func handle(_ number: Int, at now: Instant) -> (value: Int, cause: EscalationCause?)? {
    guard let place = order.firstIndex(of: number) else { return nil }
    order.remove(at: place)
    let (value, isBad) = actors[number]!.mail.removeFirst()
    if !isBad {
      actors[number]!.count += 1
      actors[number]!.last = value
    }
    let cause = isBad ? fail(number, now) : nil
    actors[number]?.isSuspended = cause != nil
    makeReady(number)
    return (value, cause)
  }

  private mutating func fail(_ number: Int, _ now: Instant) -> EscalationCause? {
    switch actors[number]!.policy {
    case .resume: return nil
    case .escalate: return .declared
    case .stop:
      stop(number)
      return nil
    case .restart:
      let recent = restartTimes.filter { now.since($0) <= limits.restarts.period }
      guard recent.count < limits.restarts.count else { return .restartLimit }
      restartTimes.append(now)
      return begin(number) ? nil : .restartFailed
    }
  }

  private mutating func begin(_ number: Int) -> Bool {
    guard actors[number]!.restartsLeft > 0 else { return false }
    actors[number]!.restartsLeft -= 1
    actors[number]!.count = 0
    actors[number]!.last = -1
    return true
  }

  mutating func restart(_ number: Int) -> Bool {
    guard actors[number] != nil, begin(number) else { return false }
    restartTimes = []
    return resume(number)
  }

  @discardableResult
  mutating func resume(_ number: Int) -> Bool {
    guard actors[number] != nil else { return false }
    actors[number]!.isSuspended = false
    makeReady(number)
    return true
  }

  @discardableResult
  mutating func stop(_ number: Int) -> Bool {
    guard let actor = actors.removeValue(forKey: number) else { return false }
    deadLetters += actor.mail.map(\.value)
    order.removeAll { $0 == number }
    return true
  }
}
