import Buffers
import Orders
import Queues
public import Scheduling
import Streams
public import Timing

/// Buckets that change their core.
///
/// The old owner is told to release, the new one to await, both behind all that was sent before; messages from then
/// on go to the new owner. The old one gives the orders away when it comes to that word, part by part and by way of
/// this core; the new one stands still at its own word until the last part has come. So nothing is lost or overtaken.
/// Until then the bucket's messages are not sent in a more urgent class, in which they could come before the word.
/// One move at a time.
extension SpreadEngine {
  /// Asks every order core how busy it was, and moves a bucket when an imbalance has lasted. Once a period.
  public mutating func balance(_ now: Instant) {
    guard settings.isBalanced, shardCount > 1 else { return }
    takeNotices(now)
    let selected = selectMove()
    if let selected { begin(selected, now) }
    for index in 0..<shardCount where !links[index].isHung && !links[index].isAsked {
      links[index].isAsked = true
      send(.report, to: index)
    }
  }

  private mutating func selectMove() -> BucketMove? {
    var works = InlineArray<64, CoreWork>(repeating: CoreWork(busy: .zero, messageCount: 0))
    var canTake = InlineArray<64, Int>(repeating: 0)
    for index in 0..<shardCount {
      works[index] = links[index].takeWork()
      canTake[index] = links[index].isHung ? -1 : limits.orders - orderCount(ofShard: index)
    }
    var counts = InlineArray<256, Int>(repeating: 0)
    for group in 0..<map.bucketCount {
      // What a core that hangs has stays there.
      counts[group] = links[map.owner(of: group)].isHung ? .max : orderCount(inGroup: group)
    }
    return balancer.select(map, work: { works[$0] }) { group, core in
      counts[group] <= canTake[core]
    }
  }

  /// Moves a group of buckets: what the balancer does, also for tests.
  public mutating func begin(_ selected: BucketMove, _ now: Instant) {
    precondition(
      move == nil && map.owner(of: selected.bucket) == selected.from && selected.from != selected.to)
    move = selected
    moveStart = now
    map.assign(selected.bucket, to: selected.to)
    awaitNotices(now)
    send(.release, group: selected.bucket, to: selected.from)
    send(.await, group: selected.bucket, to: selected.to)
  }

  /// Asks to be woken at the first notice of a move: it comes between two polls. Before that there is one of each order
  /// core at most, which says how busy it was.
  private mutating func awaitNotices(_ now: Instant) {
    for _ in 0...shardCount {
      guard armNotices() else { return }
      takeNotices(now)
    }
  }

  /// Passes parts of a bucket on.
  @inline(__always)
  public mutating func moveOn(_ now: Instant) {
    guard move != nil else { return }
    moveNow = now
    takeNotices(now)
  }

  /// Parts that wait for room come when the new owner has taken some, which nobody is told of: this core looks again.
  mutating func armNotices() -> Bool {
    var hasMore = false
    for index in 0..<shardCount {
      if links[index].waitingPart != nil || links[index].notices.armWakeup() { hasMore = true }
    }
    return hasMore
  }

  private mutating func takeNotices(_ now: Instant) {
    for index in 0..<shardCount {
      while passWaitingPart(), case .ready(let notice) = links[index].notices.poll(at: now) {
        switch notice {
        case .part(let part):
          if !part.isLast { movedOrderCount &+= 1 }
          if let move { links[move.to].waitingPart = part }
        case .adopted(let pauseNanoseconds): pause = Duration(nanoseconds: pauseNanoseconds)
        case .work(let nanoseconds, let messageCount):
          links[index].work = CoreWork(
            busy: Duration(nanoseconds: nanoseconds), messageCount: messageCount)
          links[index].isAsked = false
        }
      }
    }
  }

  /// False when the new owner has no room for a part yet.
  private mutating func passWaitingPart() -> Bool {
    guard let move, let part = links[move.to].waitingPart else { return true }
    links[move.to].waitingPart = links[move.to].parts.push(part)
    return links[move.to].waitingPart == nil
  }

  /// Takes a report about the move. False when it has to wait: the new owner's reports about messages of the bucket come
  /// behind all of the old one's, in the journal as in the books.
  @inline(never)
  mutating func takeMark(of shard: Int) -> Bool {
    guard let isArrival = links[shard].reports.inspect({ $0.isArrival }), !isArrival || isReleased else {
      links[shard].isBlocked = true
      return false
    }
    _ = links[shard].reports.poll(at: moveNow)
    isReleased = !isArrival
    if isArrival { finishMove() }
    return true
  }

  private mutating func finishMove() {
    guard let move else { return }
    // What the new owner says of its pause came before its report.
    takeNotices(moveNow)
    longestMove = max(longestMove, moveNow.since(moveStart))
    if balancer.moving == move { balancer.finished(move, pause: pause) }
    self.move = nil
  }

  /// Orders of a group of buckets, those under way included.
  func orderCount(inGroup group: Int) -> Int {
    var count = 0
    for bucket in stride(from: group, to: Symbol.bucketCount, by: map.bucketCount) {
      count += Int(directory.orderCounts[bucket])
    }
    return count
  }

  /// Orders of a shard, those under way included.
  func orderCount(ofShard shard: Int) -> Int {
    var count = 0
    for group in 0..<map.bucketCount where map.owner(of: group) == shard {
      count += orderCount(inGroup: group)
    }
    return count
  }
}
