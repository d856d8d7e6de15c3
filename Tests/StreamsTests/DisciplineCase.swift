import Streams
import TestSupport

/// A discipline made fit for the laws: how work gets into it, and what it promises.
struct DisciplineCase {
  let name: String
  let promise: DisciplinePromise
  /// Work is one of the numbers below this, ready or not, and putting it in again changes nothing; or, when there is
  /// none, a message, each with a number of its own.
  var keyCount: Int?
  var makeRank: (_ number: Int, _ random: inout SeededRandom) -> UInt64 = { _, _ in 0 }
  var makeLimit: (_ random: inout SeededRandom) -> UInt64 = { UInt64.random(in: 0...1, using: &$0) }
  /// Says whether it was taken.
  let offer: (OfferedWork) -> Bool
  let select: (_ limit: UInt64) -> Int?

  init<Rule: Discipline & ~Copyable>(
    _ name: String, _ rule: consuming Rule, _ promise: DisciplinePromise, keyCount: Int? = nil,
    offer: @escaping (inout Rule, OfferedWork) -> Bool
  ) where Rule.Work == Int {
    let held = Held(rule)
    self.name = name
    self.promise = promise
    self.keyCount = keyCount
    self.offer = { offer(&held.value, $0) }
    select = { held.value.select($0) }
  }

  func withRanks(_ make: @escaping (_ number: Int, _ random: inout SeededRandom) -> UInt64) -> DisciplineCase
  {
    var changed = self
    changed.makeRank = make
    return changed
  }

  func withLimits(_ make: @escaping (_ random: inout SeededRandom) -> UInt64) -> DisciplineCase {
    var changed = self
    changed.makeLimit = make
    return changed
  }
}

/// A noncopyable value that closures share.
final class Held<Value: ~Copyable> {
  var value: Value
  init(_ value: consuming Value) { self.value = value }
}

/// Puts a discipline through a random time, a busy one and its end.
struct DisciplineSchedule {
  private let rule: DisciplineCase
  private var random: SeededRandom
  private var waiting: [Int: OfferedWork] = [:]
  private var nextNumber = 0
  private var trace = DisciplineTrace()

  private init(_ rule: DisciplineCase, _ random: SeededRandom) {
    self.rule = rule
    self.random = random
  }

  static func run(_ rule: DisciplineCase, _ random: inout SeededRandom, steps: Int = 1_000) -> DisciplineTrace
  {
    var schedule = DisciplineSchedule(rule, random)
    schedule.wander(steps)
    schedule.keepBusy(steps)
    schedule.wander(steps)
    schedule.finish()
    random = schedule.random
    return schedule.trace
  }

  /// Offers and picks at random, under all limits.
  private mutating func wander(_ steps: Int) {
    for _ in 0..<steps {
      if Bool.random(using: &random) {
        offer(rule.keyCount.map { Int.random(in: 0..<$0, using: &random) })
      } else {
        select(Int.random(in: 0..<3, using: &random) == 0 ? rule.makeLimit(&random) : .max)
      }
    }
  }

  /// Whatever is picked is back at once, with all the others: a discipline that can starve anybody does it now.
  private mutating func keepBusy(_ steps: Int) {
    for _ in 0..<steps {
      if let keyCount = rule.keyCount {
        for key in 0..<keyCount where waiting[key] == nil { offer(key) }
      } else {
        for _ in 0..<4 { offer(nil) }
      }
      select(.max)
    }
  }

  /// Picks all that is left, and asks for more.
  private mutating func finish() {
    var patience = 10
    var picksLeft = waiting.count + 100
    while !waiting.isEmpty, patience > 0, picksLeft > 0 {
      let before = trace.pickCount
      select(.max)
      patience = trace.pickCount == before ? patience - 1 : 10
      picksLeft -= trace.pickCount - before
    }
    for _ in 0..<20 {
      if let number = rule.select(.max) { trace.afterTheEnd.append(number) }
    }
  }

  /// A key that waits already is put in again, which is not another offer.
  private mutating func offer(_ key: Int?) {
    if let key, let work = waiting[key] {
      _ = rule.offer(work)
      return
    }
    let number = key ?? nextNumber
    let work = OfferedWork(number: number, rank: rule.makeRank(number, &random))
    guard rule.offer(work) else { return }
    nextNumber += 1
    waiting[number] = work
    trace.events.append(.offered(work))
  }

  private mutating func select(_ limit: UInt64) {
    guard let number = rule.select(limit) else {
      trace.events.append(.nothing(limit: limit))
      return
    }
    waiting[number] = nil
    trace.pickCount += 1
    trace.events.append(.picked(number, limit: limit))
  }
}
