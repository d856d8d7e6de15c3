/// What holds of every discipline.
enum DisciplineLaw: Hashable {
  /// Everything that was put in is picked at last.
  case nothingIsLost
  /// Nothing is picked more often than it was put in, and nothing that never was.
  case nothingComesTwice
  /// What is picked is what the promised order says.
  case orderIsKept
  /// Nothing beyond the limit is picked.
  case limitIsKept
  /// Nothing waits for more picks than promised.
  case nothingStarves
  /// When something within the limit is there, something is picked.
  case nothingIsHeldBack
  /// When all was picked, nothing more comes.
  case endIsEmpty
}

/// Work as the laws see it: the number that `select` gives, and what its order is made of (a class, a level, a
/// deadline, a weight, an end of a deque).
struct OfferedWork: Equatable {
  let number: Int
  let rank: UInt64
}

/// What a discipline promises beyond the laws.
struct DisciplinePromise {
  /// Whether the limit lets this work be picked.
  var isWithin: (_ work: OfferedWork, _ limit: UInt64) -> Bool = { _, limit in limit > 0 }
  /// A new reference of the order; nothing when none is promised.
  var makeOrder: () -> (any PromisedOrder)? = { nil }
  /// The most picks that this work waits for; nothing when that is not bounded.
  var waitBound: (_ work: OfferedWork) -> Int? = { _ in nil }
}

/// What a discipline was asked and what it answered.
struct DisciplineTrace {
  enum Event {
    case offered(OfferedWork)
    case picked(Int, limit: UInt64)
    case nothing(limit: UInt64)
  }

  var events: [Event] = []
  var pickCount = 0
  /// What was picked when all had been.
  var afterTheEnd: [Int] = []

  /// The laws that do not hold. Each is judged apart from the others: what was lost or came twice is left out of what
  /// the order, the waits and the limits are judged by.
  func brokenLaws(_ promise: DisciplinePromise) -> Set<DisciplineLaw> {
    var judge = DisciplineJudge(promise, pickedOffers: pickedOffers())
    for event in events { judge.take(event) }
    if !afterTheEnd.isEmpty { judge.broken.insert(.endIsEmpty) }
    return judge.broken
  }

  /// Whether each offer, in their order, was picked in the end.
  private func pickedOffers() -> [Bool] {
    var picked: [Bool] = []
    var offerOfNumber: [Int: Int] = [:]
    for event in events {
      switch event {
      case .offered(let work):
        offerOfNumber[work.number] = picked.count
        picked.append(false)
      case .picked(let number, _):
        if let offer = offerOfNumber.removeValue(forKey: number) { picked[offer] = true }
      case .nothing: break
      }
    }
    return picked
  }
}

/// Goes through a trace once.
private struct DisciplineJudge {
  private let promise: DisciplinePromise
  private let order: (any PromisedOrder)?
  private let pickedOffers: [Bool]
  /// What waits, in order of arrival, and how many picks there had been when it came.
  private var waiting: [OfferedWork] = []
  private var picksBefore: [Int] = []
  private var offerCount = 0
  private var pickCount = 0
  var broken: Set<DisciplineLaw> = []

  init(_ promise: DisciplinePromise, pickedOffers: [Bool]) {
    self.promise = promise
    self.pickedOffers = pickedOffers
    order = promise.makeOrder()
    if pickedOffers.contains(false) { broken.insert(.nothingIsLost) }
  }

  mutating func take(_ event: DisciplineTrace.Event) {
    switch event {
    case .offered(let work):
      if pickedOffers[offerCount] {
        waiting.append(work)
        picksBefore.append(pickCount)
        order?.offered(work)
      }
      offerCount += 1
    case .picked(let number, let limit): picked(number, limit: limit)
    case .nothing(let limit):
      if waiting.contains(where: { promise.isWithin($0, limit) }) { broken.insert(.nothingIsHeldBack) }
      order?.gaveNothing(limit: limit)
    }
  }

  private mutating func picked(_ number: Int, limit: UInt64) {
    guard let place = waiting.firstIndex(where: { $0.number == number }) else {
      broken.insert(.nothingComesTwice)
      return
    }
    let work = waiting[place]
    if !promise.isWithin(work, limit) { broken.insert(.limitIsKept) }
    if order?.picks(work, among: waiting) == false { broken.insert(.orderIsKept) }
    if let bound = promise.waitBound(work), pickCount - picksBefore[place] > bound {
      broken.insert(.nothingStarves)
    }
    waiting.remove(at: place)
    picksBefore.remove(at: place)
    pickCount += 1
  }
}
