import Buffers
import Queues
import Scheduling
import Streams
import Timing

/// What an order core does.
extension BalanceSimulation {
  /// Ends the work at hand and begins the next.
  func act(_ core: Int, at time: UInt64) {
    endWork(core, at: time)
    if let cost = beginWork(core, at: time) {
      agenda.set(core, rank: time + cost)
    } else {
      cores[core].sleeps = true
    }
  }

  private func endWork(_ core: Int, at time: UInt64) {
    if let leaving = cores[core].leaving {
      cores[core].leaving = nil
      ledger.check(cores[leaving.to].sendState.push(leaving.state) == nil, .noRoom)
      wake(leaving.to, at: time)
    }
    if let completion = cores[core].finishing {
      cores[core].finishing = nil
      // Without room for it the core would have to stop here: nothing else may overtake it.
      ledger.check(cores[core].complete.push(completion) == nil, .noRoom)
      router.hasCompletions |= 1 << UInt64(core)
      wakeRouter(at: time)
    }
  }

  /// What the next work costs; nothing when there is none.
  private func beginWork(_ core: Int, at time: UInt64) -> UInt64? {
    if let awaited = cores[core].awaited {
      return takeState(core, awaited.move, since: awaited.since, at: time)
    }
    guard let message = cores[core].takeNext(looksAgain: rules.looksAgain) else {
      guard !cores[core].late.isEmpty else { return nil }
      cores[core].pushLate()
      return beginWork(core, at: time)
    }
    switch message.kind {
    case .order: return apply(message, core)
    case .release: return release(message, core)
    case .await:
      cores[core].awaited = (message, time)
      return takeState(core, message, since: time, at: time)
    }
  }

  private func apply(_ message: SimulatedMessage, _ core: Int) -> UInt64? {
    let bucket = Int(message.bucket)
    if cores[core].losesNext {
      cores[core].losesNext = false
      return 1
    }
    cores[core].work.messageCount += 1
    cores[core].work.busy.nanoseconds += costs[core]
    cores[core].versions[bucket] += 1
    let version = cores[core].versions[bucket]
    ledger.started(message, core: core, version: version)
    cores[core].finishing = SimulatedCompletion(
      kind: .answer, bucket: message.bucket, client: message.client, number: message.number,
      clientNumber: message.clientNumber, version: version)
    return costs[core]
  }

  /// Packs the state. What is more urgent and was sent before has been taken already.
  private func release(_ message: SimulatedMessage, _ core: Int) -> UInt64 {
    let bucket = Int(message.bucket)
    let state = SimulatedState(bucket: message.bucket, version: cores[core].versions[bucket])
    cores[core].versions[bucket] = 0
    cores[core].leaving = (state, Int(message.number))
    cores[core].finishing = completion(.released, message)
    cores[core].losesNext = rules.handOver == .dropsAMessage
    return scenario.stateCost
  }

  /// Unpacks the state when it is there, and waits for it otherwise.
  private func takeState(_ core: Int, _ move: SimulatedMessage, since: UInt64, at time: UInt64) -> UInt64? {
    guard rules.handOver != .startsEarly else {
      cores[core].awaited = nil
      _ = cores[core].states.poll(at: .zero)
      cores[core].finishing = completion(.arrived, move)
      return 1
    }
    guard case .ready(let state) = cores[core].states.poll(at: .zero) else { return nil }
    cores[core].awaited = nil
    cores[core].versions[Int(state.bucket)] = state.version
    cores[core].finishing = completion(.arrived, move)
    course.pause = time + scenario.stateCost - since
    return scenario.stateCost
  }

  private func completion(
    _ kind: SimulatedCompletion.Kind, _ message: SimulatedMessage
  ) -> SimulatedCompletion {
    SimulatedCompletion(kind: kind, bucket: message.bucket, client: 0, number: 0, clientNumber: 0, version: 0)
  }
}
