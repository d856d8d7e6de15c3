import Buffers
import Scheduling
import Timing

/// The balancer's periods, and the moves it asks for.
extension BalanceSimulation {
  func endPeriod(at time: UInt64) {
    course.periodEnd += scenario.period
    course.periodCount += 1
    if time > course.lastMerge + 64 * scenario.period, ledger.answeredCount < ledger.sentCount {
      ledger.report(.stuck)
    }
    if let move = selectMove() {
      router.move = move
      router.hasSentRelease = false
      router.hasSentAwait = false
      router.hasReleased = false
      if course.phase == .watching { checkWatchedMove(move) }
      course.moved(move.bucket)
    }
    for core in 0..<cores.count { cores[core].workBefore = cores[core].work }
    advanceCourse()
  }

  private func selectMove() -> BucketMove? {
    switch rules.policy {
    case .never: return nil
    case .pingPong:
      let owner = map.owner(of: 0)
      return course.phase == .draining || router.move != nil
        ? nil : BucketMove(bucket: 0, from: owner, to: owner == 0 ? 1 : 0)
    case .balancer:
      return balancer.select(
        map, work: { cores[$0].work.since(cores[$0].workBefore) }, canTake: { _, _ in true })
    }
  }

  /// Sends what of a move has not been sent. From then on the bucket's messages go to the receiver.
  func sendMove(at time: UInt64) -> Bool {
    guard let move = router.move, router.stalled == nil else { return false }
    if !router.hasSentRelease {
      guard send(message(.release, move, priority: 2), to: move.from, at: time) else { return false }
      router.inFlight[move.from] += 1
      router.hasSentRelease = true
      return true
    }
    guard !router.hasSentAwait else { return false }
    let priority: UInt8 = rules.movesInOrder ? 2 : 0
    guard send(message(.await, move, priority: priority), to: move.to, at: time) else { return false }
    router.inFlight[move.to] += 1
    router.hasSentAwait = true
    map.assign(move.bucket, to: move.to)
    return true
  }

  func endMove() {
    guard let move = router.move else { return }
    router.move = nil
    if rules.policy == .balancer { balancer.finished(move, pause: .nanoseconds(course.pause)) }
  }

  private func message(_ kind: SimulatedMessage.Kind, _ move: BucketMove, priority: UInt8) -> SimulatedMessage
  {
    SimulatedMessage(
      kind: kind, priority: priority, bucket: UInt16(move.bucket), client: 0, number: UInt32(move.to),
      clientNumber: 0)
  }
}
