import Buffers
import Orders
import Scheduling
import Sessions

/// Order cores that make no progress.
extension SpreadEngine {
  /// Gives an order core up: nothing is sent there any more. What it has is as if it had never come: it is not in the
  /// journal and is not answered.
  ///
  /// An order that made its client known is rejected, as one that found no room: with it the place for the client is in
  /// the journal.
  ///
  /// - Returns: false when it stopped in the middle of telling what came of a message, or of a bucket's move: then the
  ///   machine cannot go on.
  public mutating func giveUp(_ shard: Int, _ answers: borrowing AnswerSink) -> Bool {
    guard !isInMessage || turn != shard else { return false }
    if let move, move.from == shard || move.to == shard { return false }
    links[shard].isHung = true
    for place in 0..<underway.places.count
    where underway.places[place].isTaken && Int(underway.places[place].shard) == shard {
      if madeKnown(place, answers) { lostNewcomer = place } else { forget(place) }
    }
    return true
  }

  /// Whether the message is the first ever of its client. There is at most one under way: a place for a client is made
  /// only while nothing is.
  private func madeKnown(_ place: Int, _ answers: borrowing AnswerSink) -> Bool {
    let client = Int(underway.places[place].client)
    return underway.places[place].kind == .enter && answers.clients.appendedThrough(client) == 0
      && underway.places[place].number == flows[client].mergedCount &+ 1
  }

  /// The rejection of the order that made its client known, if an order core was given up that had one.
  @inline(never)
  mutating func refuseLostNewcomer(into answers: inout AnswerSink) -> Completion? {
    guard let place = lostNewcomer else { return nil }
    lostNewcomer = nil
    unreachableCount &+= 1
    var parsed: InboundMessage?
    underway.withMessage(at: place) { parsed = try? InboundMessage(parsing: $0) }
    guard case .enter(let order) = parsed else { return nil }
    let message = underway.places[place]
    directory.remove(message.reference, client: Int(message.client))
    _ = reject(order, client: Int(message.client), at: message.nanosecondsSinceMidnight, into: &answers)
    return complete(place, .applied(.rejectedForRoom), of: Int(message.shard))
  }

  /// The client's later messages move up.
  private mutating func forget(_ place: Int) {
    let message = underway.places[place]
    let client = Int(message.client)
    for other in 0..<underway.places.count
    where underway.places[other].isTaken && underway.places[other].client == message.client
      && underway.places[other].number &- flows[client].mergedCount
        > message.number &- flows[client].mergedCount
    {
      underway.places[other].number &-= 1
    }
    flows[client].sentCount &-= 1
    if message.reference != 0 { directory.remove(message.reference, client: client) }
    if flows[client].isIdle { flows[client].greatestReference = flows[client].lastReference }
    links[Int(message.shard)].underwayCount &-= 1
    underwayCount &-= 1
    unreachableCount &+= 1
    underway.give(place)
  }
}
