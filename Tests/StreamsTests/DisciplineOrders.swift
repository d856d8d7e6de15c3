/// The order that a discipline promises, as a plain reference that follows what it does.
protocol PromisedOrder: AnyObject {
  func offered(_ work: OfferedWork)
  /// Whether `work` is what has to be picked now, among all that waits, in order of arrival.
  func picks(_ work: OfferedWork, among waiting: [OfferedWork]) -> Bool
  func gaveNothing(limit: UInt64)
}

extension PromisedOrder {
  func offered(_ work: OfferedWork) {}
  func gaveNothing(limit: UInt64) {}
}

/// The least rank first.
final class LeastFirst: PromisedOrder {
  enum Ties { case byArrival, inAnyOrder }
  private let ties: Ties
  private let rank: (OfferedWork) -> UInt64

  init(ties: Ties, rank: @escaping (OfferedWork) -> UInt64 = { $0.rank }) {
    self.ties = ties
    self.rank = rank
  }

  func picks(_ work: OfferedWork, among waiting: [OfferedWork]) -> Bool {
    let own = rank(work)
    var cameBefore = true
    for other in waiting {
      guard other != work else {
        cameBefore = false
        continue
      }
      if rank(other) < own { return false }
      guard rank(other) == own else { continue }
      if ties == .byArrival, cameBefore { return false }
    }
    return true
  }

  /// First in, first out.
  static var arrival: LeastFirst { LeastFirst(ties: .byArrival) { _ in 0 } }
}

/// Two ends: what has rank 1 was put before the first, what has rank 0 behind the last; the first is picked.
final class TwoEnds: PromisedOrder {
  private var row: [OfferedWork] = []

  func offered(_ work: OfferedWork) { row.insert(work, at: work.rank == 1 ? 0 : row.count) }

  func picks(_ work: OfferedWork, among waiting: [OfferedWork]) -> Bool {
    let isFirst = row.first == work
    row.removeAll { $0 == work }
    return isFirst
  }
}

/// Classes in turn, each for as many picks as its weight; the rank is the class. In order of arrival within a class.
final class Turns: PromisedOrder {
  private let weights: [Int]
  private var turn = 0
  private var left: Int

  init(_ weights: [Int]) {
    self.weights = weights
    left = weights[0]
  }

  func picks(_ work: OfferedWork, among waiting: [OfferedWork]) -> Bool {
    while left == 0 || !waiting.contains(where: { $0.rank == UInt64(turn) }) {
      turn = (turn + 1) % weights.count
      left = weights[turn]
    }
    left -= 1
    return waiting.first { $0.rank == UInt64(turn) } == work
  }

  func gaveNothing(limit: UInt64) {
    if limit > 0 { left = weights[turn] }
  }
}

/// The first quantum to end in virtual time; the rank is the weight, a power of two so that fractions are exact.
final class FirstToFinish: PromisedOrder {
  private var virtualTime = 0.0
  private var finishOfNumber: [Int: Double] = [:]

  func offered(_ work: OfferedWork) { finishOfNumber[work.number] = virtualTime + 1 / Double(work.rank) }

  func picks(_ work: OfferedWork, among waiting: [OfferedWork]) -> Bool {
    let first = waiting.map { finishOfNumber[$0.number]! }.min()!
    virtualTime = finishOfNumber[work.number]!
    return waiting.first { finishOfNumber[$0.number] == first } == work
  }
}
