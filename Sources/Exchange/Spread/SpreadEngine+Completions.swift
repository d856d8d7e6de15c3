import Buffers
import Orders
import Queues
import Sessions
import Streams
import Timing
import Wire

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
      if turnLeft > 0, let completion = nextCompletion(of: turn, into: &answers) {
        turnLeft &-= 1
        return completion
      }
      if isInMessage { return nil }
      if hasTakenMark {
        // What another order core has told may come next now, so all are looked at again.
        hasTakenMark = false
        left = shardCount
        continue
      }
      turn = turn &+ 1 == shardCount ? 0 : turn &+ 1
      if turnLeft > 0 { left &-= 1 }
      turnLeft = Self.messagesPerTurn
    }
    return lostNewcomer == nil ? nil : refuseLostNewcomer(into: &answers)
  }

  @inline(__always)
  private mutating func nextCompletion(of shard: Int, into answers: inout AnswerSink) -> Completion? {
    if !isInMessage {
      guard let place = links[shard].reports.inspect({ $0.place }) else {
        links[shard].isBlocked = false
        return nil
      }
      if place == OrderReport.mark {
        hasTakenMark = takeMark(of: shard)
        links[shard].isBlocked = !hasTakenMark
        return nil
      }
      guard isNext(Int(place)), !links[shard].isHung else {
        links[shard].isBlocked = true
        return nil
      }
      isInMessage = true
      links[shard].isBlocked = false
    }
    while case .ready(let report) = links[shard].reports.poll(at: Instant(nanoseconds: 0)) {
      if report.byteCount > 0 { take(report, into: &answers) }
      if report.endedReference != 0 {
        directory.remove(report.endedReference, client: Int(report.endedClient))
      }
      if report.isLast {
        isInMessage = false
        return complete(Int(report.place), report.outcome, of: shard)
      }
    }
    return nil
  }

  /// Whether all earlier messages of the message's client are merged.
  @inline(__always)
  private func isNext(_ place: Int) -> Bool {
    let client = Int(underway.places[place].client)
    return underway.places[place].number == flows[client].mergedCount &+ 1
  }

  @inline(__always)
  private mutating func take(_ report: OrderReport, into answers: inout AnswerSink) {
    answersByType[Int(report.words.type)] &+= 1
    answers.take(report.words.bytes(Int(report.byteCount)), for: Int(report.client))
  }

  @inline(__always)
  mutating func complete(_ place: Int, _ outcome: Outcome, of shard: Int) -> Completion {
    let client = Int(underway.places[place].client)
    let reference = underway.places[place].reference
    flows[client].mergedCount &+= 1
    flows[client].isFirstUrgent = false
    links[shard].underwayCount &-= 1
    links[shard].doneCount &+= 1
    underwayCount &-= 1
    switch outcome {
    case .applied(let application):
      // A Replace with impossible terms cancels the original, and its own number can still be used.
      if reference != 0, application != .canceled { flows[client].use(reference) }
    case .ignored(let reason): takeIgnored(reason, reference, client)
    }
    if flows[client].isIdle { flows[client].greatestReference = flows[client].lastReference }
    underway.give(place)
    return Completion(
      outcome: outcome, client: client,
      nanosecondsSinceMidnight: underway.places[place].nanosecondsSinceMidnight, place: place)
  }

  @inline(never)
  private mutating func takeIgnored(_ reason: IgnoredMessage, _ reference: UInt32, _ client: Int) {
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
