import Buffers
public import Orders

/// The journal's messages, applied to the shards before they go to their cores.
extension SpreadEngine {
  public mutating func replay(
    _ message: InboundMessage, client: Int, at nanosecondsSinceMidnight: UInt64,
    into answers: inout AnswerSink
  ) -> Outcome {
    switch message {
    case .query: return answer(client, nanosecondsSinceMidnight, into: &answers)
    case .enter(let order):
      guard order.userReference > flows[client].lastReference else { return ignore(.staleReference) }
      return apply(
        message, to: owner(of: order.symbol.bucket), client, nanosecondsSinceMidnight,
        reference: order.userReference, into: &answers)
    case .cancel(let cancel):
      guard let bucket = bucket(of: cancel.userReference, client: client) else {
        return ignore(.unknownOrder)
      }
      return apply(
        message, to: owner(of: bucket), client, nanosecondsSinceMidnight, reference: 0, into: &answers)
    case .replace(let replace):
      guard replace.userReference > flows[client].lastReference else { return ignore(.staleReference) }
      guard let bucket = bucket(of: replace.originalReference, client: client) else {
        return ignore(.unknownOrder)
      }
      return apply(
        message, to: owner(of: bucket), client, nanosecondsSinceMidnight, reference: replace.userReference,
        into: &answers)
    }
  }

  private mutating func apply(
    _ message: InboundMessage, to shard: Int, _ client: Int, _ time: UInt64, reference: UInt32,
    into answers: inout AnswerSink
  ) -> Outcome {
    // The journal is replayed before the shards are taken.
    let outcome = shards[shard]!.engine.apply(message, client: client, at: time, into: &answers)
    if case .applied(let application) = outcome, application != .canceled { flows[client].use(reference) }
    return outcome
  }

  /// The bucket of a live order; nothing when it is not live.
  func bucket(of reference: UInt32, client: Int) -> UInt8? {
    guard isReplaying else { return directory.bucket(of: reference, client: client) }
    for index in 0..<shardCount {
      let symbol = shards[index]!.engine.symbol(ofOrder: reference, client: client)
      if let symbol { return symbol.bucket }
    }
    return nil
  }

  /// A number that two engines with the same state share, however they are spread. Context: boot.
  public var stateDigest: UInt64 {
    var digest = StateDigest()
    for client in 0..<flows.count { digest.add(lastReference: flows[client].lastReference, of: client) }
    for index in 0..<shardCount {
      // It is known before the shards are taken only.
      digest.add(shards[index]!.engine)
    }
    return digest.value
  }

  /// Seen through by its caller: a call would be given a copy of the whole engine.
  @inline(__always)
  public var liveOrderCount: Int {
    isSpread ? directory.count : Self.liveOrderCount(of: shards)
  }

  @inline(never)
  private static func liveOrderCount(of shards: borrowing Table<OrderShard?>) -> Int {
    var count = 0
    for index in 0..<shards.count { count += shards[index]!.engine.liveOrderCount }
    return count
  }

  /// What happened since boot; the replay counts too.
  public var counters: OrderCounters {
    var sum = counted
    for type in 0..<answersByType.count {
      sum.count(answersByType[type], answersOf: UInt8(truncatingIfNeeded: type))
    }
    for index in 0..<shardCount where shards[index] != nil { sum.add(shards[index]!.engine.counters) }
    return sum
  }
}
