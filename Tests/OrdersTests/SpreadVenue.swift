import TestSupport
import XCTest

@testable import Orders

/// Several engines that share the buckets, and a router in front of them which knows where each order is.
///
/// It breaks down on purpose in the ways of `Fault`, so that a test can show that it would notice.
final class SpreadVenue {
  enum Fault {
    case none
    /// Orders arrive in the reverse of the order in which they left.
    case reversedOrders
    /// A bucket's counters begin anew in the engine it moves to.
    case lostNumbers
    /// An order forgets what was executed of it.
    case lostExecutions
    /// Every 64th end of an order is not heard.
    case lostEnds
  }

  /// A bucket on its way.
  private struct Move {
    let bucket: UInt8
    let target: Int
    var parts: [BucketPart] = []
    var isTaken = false
  }

  let engines: [TestVenue]
  private let fault: Fault
  /// Where each bucket is.
  private var places: [Int]
  private var move: Move?
  /// The bucket of every order that is live, as far as the router knows.
  private(set) var directory: [OrderName: UInt8] = [:]
  private var lastReferences: [Int: UInt32] = [:]
  /// Ends of orders that the router does not know, or knows to have ended.
  private(set) var strayEndCount = 0
  private var endCount = 0
  private(set) var movedOrderCount = 0
  private(set) var finishedMoveCount = 0

  init(engines count: Int, fault: Fault = .none, _ random: inout SeededRandom) {
    engines = (0..<count).map { TestVenue(orders: 2048, symbols: 2048, hashSeed: UInt64($0)) }
    self.fault = fault
    places = (0..<256).map { _ in Int.random(in: 0..<count, using: &random) }
  }

  /// Applies a message, or has it refused; gives the outcome and the answers, each with its client before it.
  func send(_ message: InboundMessage, client: Int, isRefused: Bool, at time: UInt64) -> (Outcome, [[UInt8]])
  {
    switch message {
    case .query:
      let answer = AccountQueryResponse(lastReference: last(client), timestamp: time)
      return (.applied(.answeredQuery), [[UInt8(client)] + encoded(answer)])
    case .enter(let order):
      return begin(order.userReference, in: order.symbol.bucket, client) { venue in
        isRefused
          ? venue.engine.reject(order, client: client, at: time, into: &venue.sink)
          : venue.engine.apply(order, client: client, at: time, into: &venue.sink)
      }
    case .replace(let order):
      let bucket = directory[OrderName(client, order.originalReference)]
      return begin(order.userReference, in: bucket, client) { venue in
        isRefused
          ? venue.engine.reject(order, client: client, at: time, into: &venue.sink)
          : venue.engine.apply(order, client: client, at: time, into: &venue.sink)
      }
    case .cancel(let cancel):
      guard let bucket = directory[OrderName(client, cancel.userReference)] else {
        return (.ignored(.unknownOrder), [])
      }
      return run(in: bucket) { $0.engine.apply(cancel, client: client, at: time, into: &$0.sink) }
    }
  }

  /// A message with a new reference number.
  private func begin(
    _ reference: UInt32, in bucket: UInt8?, _ client: Int, _ apply: (TestVenue) -> Outcome
  ) -> (Outcome, [[UInt8]]) {
    guard reference > last(client) else { return (.ignored(.staleReference), []) }
    guard let bucket else { return (.ignored(.unknownOrder), []) }
    directory[OrderName(client, reference)] = bucket
    let (outcome, answers) = run(in: bucket, apply)
    switch outcome {
    case .applied(.canceled): break
    case .applied: lastReferences[client] = reference
    case .ignored: directory[OrderName(client, reference)] = nil
    }
    return (outcome, answers)
  }

  private func run(in bucket: UInt8, _ apply: (TestVenue) -> Outcome) -> (Outcome, [[UInt8]]) {
    if move?.bucket == bucket { finishMove() }
    let venue = engines[places[Int(bucket)]]
    let outcome = apply(venue)
    for name in venue.sink.ended { hearEnd(of: name) }
    let answers = venue.sink.bytes
    venue.sink = RecordingSink()
    return (outcome, answers)
  }

  private func hearEnd(of name: OrderName) {
    endCount += 1
    if fault == .lostEnds, endCount % 64 == 0 { return }
    if directory.removeValue(forKey: name) == nil { strayEndCount += 1 }
  }

  private func last(_ client: Int) -> UInt32 { lastReferences[client] ?? 0 }

  // MARK: - Moves

  /// Lets a bucket set out for another engine, once the one before it has arrived.
  func beginMove(of bucket: UInt8, to target: Int) {
    finishMove()
    guard places[Int(bucket)] != target else { return }
    move = Move(bucket: bucket, target: target)
  }

  func finishMove() {
    while move != nil { advanceMove(taking: 4, adopting: .max) }
  }

  /// Takes some parts out of the one engine and puts some that were taken into the other.
  func advanceMove(taking count: Int, adopting limit: Int) {
    guard var move else { return }
    let source = engines[places[Int(move.bucket)]]
    for _ in 0..<count where !move.isTaken {
      guard let part = source.engine.takePart(of: move.bucket) else { fatalError("the counters come last") }
      move.isTaken = part.isLast
      move.parts.append(part)
    }
    self.move = move
    if fault == .reversedOrders {
      guard move.isTaken else { return }
      self.move!.parts = move.parts.dropLast().reversed() + [move.parts.last!]
      return adopt(.max)
    }
    adopt(limit)
  }

  private func adopt(_ limit: Int) {
    guard var move else { return }
    let target = engines[move.target]
    let adopted = move.parts.prefix(limit)
    for part in adopted { target.engine.adopt(spoiled(part)) }
    move.parts.removeFirst(adopted.count)
    movedOrderCount += adopted.count { !$0.isLast }
    self.move = move
    guard move.isTaken, move.parts.isEmpty else { return }
    XCTAssertNil(engines[places[Int(move.bucket)]].engine.takePart(of: move.bucket))
    places[Int(move.bucket)] = move.target
    finishedMoveCount += 1
    self.move = nil
  }

  private func spoiled(_ part: BucketPart) -> BucketPart {
    switch (fault, part.content) {
    case (.lostNumbers, .numbers):
      return BucketPart(bucket: part.bucket, content: .numbers(BucketNumbers(of: part.bucket)))
    case (.lostExecutions, .order(var order)):
      order.executed = 0
      return BucketPart(bucket: part.bucket, content: .order(order))
    default: return part
    }
  }

  // MARK: - State

  var digest: UInt64 {
    var digest = StateDigest()
    for venue in engines { digest.add(venue.engine) }
    return digest.value
  }

  func liveOrderCount(client: Int) -> Int {
    engines.reduce(0) { $0 + $1.engine.liveOrderCount(client: client) }
  }
}
