import Buffers
import Orders
import Reactors
import Streams
import TestSupport

/// The engine of one bucket of symbols as a process, so that it can be an actor.
struct BucketProcess: RestartableProcess, ~Copyable {
  /// One message of a client, as it came.
  struct Message {
    var client: Int
    var bytes: [UInt8]
    var time: UInt64
  }

  struct State: Equatable {
    var outcome: Outcome?
    var liveOrders = 0
  }

  enum Failure: Error, Equatable {
    case malformed(MalformedMessage)
    /// An engine begins anew by being rebuilt from its journal, which it does not have.
    case needsItsJournal
  }

  private(set) var state = State()
  private(set) var engine: OrderEngine
  private(set) var sink = RecordingSink()
  private let memory: TestArena

  init(limits: OrderLimits) {
    memory = TestArena(byteCount: limits.byteCount + 4096)
    do {
      engine = try OrderEngine(limits: limits, in: &memory.arena)
    } catch {
      fatalError("the limits understate what an engine takes")
    }
  }

  mutating func send(_ message: consuming Message) -> Result<State, Failure> {
    let message = message
    do throws(MalformedMessage) {
      state.outcome = try engine.apply(
        message.bytes.rawBytes, client: message.client, at: message.time, into: &sink)
      state.liveOrders = engine.liveOrderCount
      return .success(state)
    } catch {
      return .failure(.malformed(error))
    }
  }

  mutating func restart() throws(Failure) { throw .needsItsJournal }

  /// What was said since the last time this was asked.
  mutating func takeReplies() -> [Reply] {
    let replies = sink.replies
    sink = RecordingSink()
    return replies
  }
}

/// Sends each message to the bucket of its order's symbol. Only an Enter says its symbol, so whose bucket a reference
/// number lies in is remembered; and that they grow must be seen to here, since no bucket sees all of them.
struct BucketRouter {
  let bucketCount: Int
  private var buckets: [UInt64: Int] = [:]
  private var lastReferences: [Int: UInt32] = [:]

  init(bucketCount: Int) { self.bucketCount = bucketCount }

  /// The bucket; nothing when the message is not for any.
  mutating func bucket(of message: InboundMessage, client: Int) -> Int? {
    switch message {
    case .query: return nil
    case .cancel(let cancel): return buckets[key(client, cancel.userReference), default: 0]
    case .enter(let order): return claim(order.userReference, client, Int(order.symbol.bucket) % bucketCount)
    case .replace(let replace):
      let bucket = buckets[key(client, replace.originalReference), default: 0]
      return claim(replace.userReference, client, bucket)
    }
  }

  private mutating func claim(_ reference: UInt32, _ client: Int, _ bucket: Int) -> Int? {
    guard reference > lastReferences[client, default: 0] else { return nil }
    lastReferences[client] = reference
    buckets[key(client, reference)] = bucket
    return bucket
  }

  private func key(_ client: Int, _ reference: UInt32) -> UInt64 { UInt64(client) << 32 | UInt64(reference) }
}
