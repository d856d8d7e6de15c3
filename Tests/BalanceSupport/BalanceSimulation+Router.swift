import Buffers
import Queues
import Scheduling
import Streams
import TestSupport
import Timing

/// What the sessions core does: merges what has come back, else goes on with a move, else routes the next message.
extension BalanceSimulation {
  func actAsRouter(at time: UInt64) {
    router.sleeps = false
    if time >= course.periodEnd { endPeriod(at: time) }
    if merge(at: time) {
      agenda.set(scenario.coreCount, rank: time + scenario.mergeCost)
    } else if sendMove(at: time) || route(at: time) {
      agenda.set(scenario.coreCount, rank: time + scenario.routeCost)
    } else {
      router.sleeps = true
      let waits =
        router.stalled != nil || (router.move != nil && !router.hasSentAwait) || course.phase == .draining
      let wakeUp = waits ? course.periodEnd : min(course.periodEnd, router.nextArrival)
      agenda.set(scenario.coreCount, rank: max(wakeUp, time + 1))
    }
  }

  /// Routes the message that is next, if there is one and its core has room.
  private func route(at time: UInt64) -> Bool {
    if router.stalled == nil {
      // What has been drawn before a move goes first, and nothing comes between its two messages.
      if router.move != nil, !router.hasSentAwait { return false }
      guard course.phase != .draining, router.nextArrival <= time else { return false }
      takeArrival(at: time)
    }
    guard var message = router.stalled else { return false }
    let core = map.owner(of: Int(message.bucket))
    message.startedBefore = ledger.startedBelow(message.priority, core: core)
    guard send(message, to: core, at: time) else { return false }
    router.stalled = nil
    router.inFlight[core] += 1
    return true
  }

  /// Draws a client that may send, and what it sends.
  private func takeArrival(at time: UInt64) {
    let jitter = random.next() & 255
    router.nextArrival += scenario.interval / 2 + (scenario.interval * jitter) >> 8
    // Clients that have not been answered do not send: what was held back does not come all at once.
    if router.nextArrival + 32 * scenario.interval < time { router.nextArrival = time }
    var client = Int(random.next() % UInt64(scenario.clientCount))
    var tries = 0
    while router.clients[client].sent - router.clients[client].merged >= scenario.window {
      client = client + 1 == scenario.clientCount ? 0 : client + 1
      tries += 1
      if tries == 8 { return }
    }
    let bucket = traffic.next()
    balancer.count(bucket: bucket)
    let isFirst = router.clients[client].sent == router.clients[client].merged
    let movesNow = rules.movesInOrder && router.move?.bucket == bucket
    let kind = random.next() % 10
    let message = SimulatedMessage(
      kind: .order, priority: isFirst && !movesNow ? (kind < 3 ? 0 : kind < 4 ? 1 : 2) : 2,
      bucket: UInt16(bucket),
      client: UInt32(client), number: router.nextNumber, clientNumber: router.clients[client].sent)
    router.nextNumber += 1
    router.clients[client].sent += 1
    ledger.sent(message)
    router.stalled = message
  }

  /// Sends a message, if there is room for it and for what comes back.
  func send(_ message: SimulatedMessage, to core: Int, at time: UInt64) -> Bool {
    if rules.keepsRoom, router.inFlight[core] >= scenario.completionCapacity { return false }
    let isUrgent = message.priority < 2
    if isUrgent, !cores[core].late.isEmpty || (cores[core].sleeps && random.next() & 7 == 0) {
      guard cores[core].late.count < 8 else { return false }
      cores[core].late.append(message)
    } else {
      guard cores[core].send.push(message, class: Int(message.priority)) == nil else { return false }
    }
    wake(core, at: time)
    return true
  }

  /// Merges one completion, if there is one that need not wait.
  private func merge(at time: UInt64) -> Bool {
    while true {
      let ready = router.hasCompletions & ~router.blocked
      guard ready != 0 else { return false }
      let later = ready & ~((1 &<< router.turn) &- 1)
      let core = (later == 0 ? ready : later).trailingZeroBitCount
      router.turn = UInt64(core + 1) & 63
      if router.heads[core] == nil {
        guard case .ready(let completion) = cores[core].completions.poll(at: .zero) else {
          router.hasCompletions &= ~(1 << UInt64(core))
          continue
        }
        router.heads[core] = completion
      }
      guard let completion = router.heads[core] else { continue }
      guard mayMerge(completion) else {
        router.blocked |= 1 << UInt64(core)
        continue
      }
      router.heads[core] = nil
      router.inFlight[core] -= 1
      take(completion, at: time)
      return true
    }
  }

  private func mayMerge(_ completion: SimulatedCompletion) -> Bool {
    switch completion.kind {
    case .answer: router.clients[Int(completion.client)].merged == completion.clientNumber
    case .released: true
    case .arrived: router.hasReleased || !rules.mergesGiverFirst
    }
  }

  private func take(_ completion: SimulatedCompletion, at time: UInt64) {
    course.lastMerge = time
    switch completion.kind {
    case .answer:
      router.clients[Int(completion.client)].merged += 1
      ledger.answered(completion)
      unblock(client: completion.client)
    case .released:
      router.hasReleased = true
      router.blocked = 0
    case .arrived: endMove()
    }
  }

  /// Cores whose first completion waited for this client may go on.
  private func unblock(client: UInt32) {
    var blocked = router.blocked
    while blocked != 0 {
      let core = blocked.trailingZeroBitCount
      blocked &= blocked - 1
      if router.heads[core]?.client == client { router.blocked &= ~(1 << UInt64(core)) }
    }
  }
}
