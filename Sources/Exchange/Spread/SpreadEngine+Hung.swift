import Buffers
import Scheduling

/// Order cores that make no progress.
extension SpreadEngine {
  /// Gives an order core up: nothing is sent there any more. What it has is as if it had never come: it is not in the
  /// journal and is not answered.
  ///
  /// - Returns: false when it stopped in the middle of telling what came of a message, or of a bucket's move: then the
  ///   machine cannot go on.
  public mutating func giveUp(_ shard: Int) -> Bool {
    guard !isInMessage || turn != shard else { return false }
    if let move, move.from == shard || move.to == shard { return false }
    links[shard].isHung = true
    for place in 0..<underway.places.count
    where underway.places[place].isTaken && Int(underway.places[place].shard) == shard {
      forget(place)
    }
    return true
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
