public import Buffers
public import Orders
public import Queues
import Scheduling
import Timing
import Wire

/// The sessions core's ends of the links with one order core.
struct ShardLinks: ~Copyable {
  /// Messages of each class that a link holds: more than can be under way, and words of the sessions core.
  static let messageCapacity = 1024
  /// Parts of buckets, and notices, that a link holds.
  static let partCapacity = 64

  var messages: PriorityProducer<VecLinkProducer<RoutedMessage, HardwareWord>>
  var reports: VecLinkConsumer<OrderReport, HardwareWord>
  var parts: VecLinkProducer<BucketPart, HardwareWord>
  var notices: VecLinkConsumer<ShardNotice, HardwareWord>
  /// A part that found no room yet.
  var waitingPart: BucketPart?
  /// Messages that the order core has, or whose reports wait.
  var underwayCount = 0
  /// Messages of which it has told everything, since boot.
  var doneCount: UInt64 = 0
  /// Whether its next report waits for another order core.
  var isBlocked = false
  /// Whether it hangs: nothing is sent there any more.
  var isHung = false
  /// Whether it was asked what it has done and has not said it yet.
  var isAsked = false
  /// Its work since boot, as it said last, and at the balancer's last period.
  var work = CoreWork(busy: .zero, messageCount: 0)
  var formerWork = CoreWork(busy: .zero, messageCount: 0)
}

extension ShardLinks {
  /// What the next report says, which stays where it is; without one nothing waits for another order core.
  @inline(__always)
  mutating func nextReport() -> OrderReport.Head? {
    if let head = reports.inspect({ $0.head }) { return head }
    isBlocked = false
    return nil
  }

  /// Drops the report that `nextReport` has told of, and takes its answer to its client.
  ///
  /// - Returns: the answer's type, if there is one.
  @inline(__always)
  mutating func takeAnswer(_ head: OrderReport.Head, into answers: inout AnswerSink) -> Int? {
    var type: Int?
    if head.hasAnswer {
      type = reports.place.inspectBytes { report in
        let block = report.extracting(last: OrderReport.blockByteCount)
        answers.take(block: block, for: Int(head.client))
        return Int(block.byte(at: 2))
      }
    }
    reports.drop()
    return type
  }

  /// All about one of its messages is taken.
  @inline(__always)
  mutating func countDone() {
    isBlocked = false
    underwayCount &-= 1
    doneCount &+= 1
  }

  /// What it has done since this was asked last.
  mutating func takeWork() -> CoreWork {
    defer { formerWork = work }
    return CoreWork(
      busy: Duration(nanoseconds: work.busy.nanoseconds &- formerWork.busy.nanoseconds),
      messageCount: work.messageCount &- formerWork.messageCount)
  }
}

/// How an order core and the sessions core wake each other.
public struct ShardHooks: Sendable {
  /// Wakes the order core.
  public var order: WaitStrategy
  /// Wakes the sessions core.
  public var sessions: WaitStrategy

  public init(order: WaitStrategy, sessions: WaitStrategy) {
    self.order = order
    self.sessions = sessions
  }
}

/// An order core's shard and the links to it.
public struct ConnectedShard: ~Copyable {
  var shard: OrderShard
  var links: ShardLinks

  /// Makes a shard and its links. Context: boot.
  ///
  /// - Parameter limits: it gets as many symbols as orders, so that a bucket that fits by its orders always fits.
  public init(
    _ limits: OrderLimits, hashSeed: UInt64, settings: SpreadSettings, hooks: ShardHooks,
    in arena: inout Arena
  ) throws(ArenaError) {
    let engine = try OrderEngine(
      limits: OrderLimits(orders: limits.orders, symbols: limits.orders, clients: limits.clients),
      hashSeed: hashSeed, in: &arena)
    do throws(QueueError) {
      let messages = try PriorityLink<RoutedMessage, HardwareWord>(
        QueueProperties(capacity: ShardLinks.messageCapacity, waiting: hooks.order),
        classes: .strict(MessageClass.count), in: &arena
      ).link()
      let reports = try VecLink<OrderReport, HardwareWord>(
        QueueProperties(capacity: ReportSink.capacity, waiting: hooks.sessions), in: &arena
      ).link()
      let parts = try VecLink<BucketPart, HardwareWord>(
        QueueProperties(capacity: ShardLinks.partCapacity, waiting: hooks.order), in: &arena
      ).link()
      let notices = try VecLink<ShardNotice, HardwareWord>(
        QueueProperties(capacity: ShardLinks.partCapacity, waiting: hooks.sessions), in: &arena
      ).link()
      shard = OrderShard(
        engine: engine, messages: messages.consumer, reports: reports.producer, parts: parts.consumer,
        notices: notices.producer, bucketsPerGroup: Symbol.bucketCount / settings.groupCount)
      links = ShardLinks(
        messages: messages.producer, reports: reports.consumer, parts: parts.producer,
        notices: notices.consumer)
    } catch {
      throw .exhausted
    }
  }
}
