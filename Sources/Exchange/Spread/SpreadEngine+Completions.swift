import Buffers
import Orders
import Queues
import Sessions
import Streams

/// What order cores say became of the messages.
extension SpreadEngine {
  /// Messages of one order core that are taken before it is another one's turn.
  private static var messagesPerTurn: UInt32 { 32 }

  /// Takes reports from one order core after the other, as far as none of them depends on one that is not there yet.
  ///
  /// A message's answers come to lie in the streams without another's between them, as in a replay: once begun, a
  /// message is taken to its end before anything else is.
  @inline(__always)
  public mutating func nextCompletion(into answers: inout AnswerSink) -> Completion? {
    var left = shardCount
    while left > 0 {
      if turnLeft > 0 {
        switch look(at: turn, into: &answers) {
        case .completion(let completion):
          turnLeft &-= 1
          return completion
        case .mark:
          // What another order core has told may come next now, so all are looked at again.
          left = shardCount
          continue
        case .nothing: break
        }
      }
      if isInMessage { return nil }
      turn = turn &+ 1 == shardCount ? 0 : turn &+ 1
      if turnLeft > 0 { left &-= 1 }
      turnLeft = Self.messagesPerTurn
    }
    return lostNewcomer == nil ? nil : refuseLostNewcomer(into: &answers)
  }

  /// What was found at an order core.
  private enum Found {
    case nothing
    /// A report about a bucket's move.
    case mark
    case completion(Completion)
  }

  @inline(__always)
  private mutating func look(at shard: Int, into answers: inout AnswerSink) -> Found {
    while let report = links[shard].nextReport() {
      if !isInMessage {
        if report.place == OrderReport.mark { return takeMark(of: shard) ? .mark : .nothing }
        guard isNext(Int(report.place)), !links[shard].isHung else {
          links[shard].isBlocked = true
          return .nothing
        }
      }
      if let type = links[shard].takeAnswer(report, into: &answers) { answersByType[type] &+= 1 }
      if report.endedReference != 0 {
        directory.remove(report.endedReference, client: Int(report.endedClient))
      }
      if report.isLast {
        isInMessage = false
        return .completion(complete(Int(report.place), report.outcome, of: shard))
      }
      isInMessage = true
    }
    return .nothing
  }

  /// Whether all earlier messages of the message's client are merged.
  @inline(__always)
  private func isNext(_ place: Int) -> Bool {
    let (client, number) = underway.sender(of: place)
    return number == flows[client].mergedCount &+ 1
  }

  @inline(__always)
  mutating func complete(_ place: Int, _ outcome: Outcome, of shard: Int) -> Completion {
    let (client, reference, time) = underway.give(place)
    links[shard].countDone()
    underwayCount &-= 1
    switch outcome {
    case .applied(let application):
      // A Replace with impossible terms cancels the original, and its own number can still be used.
      flows[client].merge(usedReference: application == .canceled ? 0 : reference)
    case .ignored(let reason): takeIgnored(reason, reference, client)
    }
    return Completion(outcome: outcome, client: client, nanosecondsSinceMidnight: time, place: place)
  }

  @inline(never)
  private mutating func takeIgnored(_ reason: IgnoredMessage, _ reference: UInt32, _ client: Int) {
    flows[client].merge(usedReference: 0)
    ignore(reason)
    if reference != 0 { directory.remove(reference, client: client) }
  }

  @inline(__always)
  public func withMessage(of completion: Completion, _ body: (RawSpan) -> Void) {
    underway.withMessage(at: completion.place, body)
  }

  /// Only order cores whose next report does not wait for another one's are asked.
  public mutating func armWakeup() -> Bool {
    var hasMore = false
    if isInMessage { return links[turn].reports.armWakeup() }
    for index in 0..<shardCount where !links[index].isBlocked {
      if links[index].reports.armWakeup() { hasMore = true }
    }
    if move != nil && armNotices() { hasMore = true }
    return hasMore
  }
}
