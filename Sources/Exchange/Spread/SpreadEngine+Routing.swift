import Buffers
public import Orders
import Queues
import Scheduling
import Wire

/// Messages on their way to the order cores.
extension SpreadEngine {
  public mutating func apply(
    _ kind: InboundKind, _ bytes: RawSpan, client: Int, at nanosecondsSinceMidnight: UInt64,
    into answers: inout AnswerSink
  ) -> Outcome {
    preconditionFailure("messages are submitted to an engine that is spread")
  }

  @inline(__always)
  public mutating func submit(
    _ kind: InboundKind, _ bytes: RawSpan, client: Int, at nanosecondsSinceMidnight: UInt64,
    into answers: inout AnswerSink
  ) -> Submission {
    switch kind {
    case .enter: enter(bytes, client, nanosecondsSinceMidnight, into: &answers)
    case .cancel: cancel(bytes, client, nanosecondsSinceMidnight)
    case .replace: replace(bytes, client, nanosecondsSinceMidnight)
    case .query: query(client, nanosecondsSinceMidnight, into: &answers)
    }
  }

  @inline(never)
  private mutating func enter(
    _ bytes: RawSpan, _ client: Int, _ time: UInt64, into answers: inout AnswerSink
  ) -> Submission {
    let reference: UInt32 = bytes.bigEndian(at: EnterOrder.referenceOffset)
    guard reference > flows[client].greatestReference else { return doubt(reference, client) }
    guard underway.hasRoom(for: bytes.byteCount) else { return .mustWait }
    let bucket = Symbol(rawValue: bytes.littleEndian(at: EnterOrder.symbolOffset)).bucket
    let shard = owner(of: bucket)
    if links[shard].isHung { return refuseHung(bytes, client, time, into: &answers) }
    directory.insert(reference, client: client, bucket: bucket)
    flows[client].greatestReference = reference
    send(.enter, bytes, EnterOrder.byteCount, client, time, reference, bucket, to: shard)
    return .underway
  }

  @inline(never)
  private mutating func cancel(_ bytes: RawSpan, _ client: Int, _ time: UInt64) -> Submission {
    let reference: UInt32 = bytes.bigEndian(at: CancelOrder.referenceOffset)
    guard let bucket = directory.bucket(of: reference, client: client) else {
      return .done(ignore(.unknownOrder))
    }
    guard underway.hasRoom(for: bytes.byteCount) else { return .mustWait }
    let shard = owner(of: bucket)
    if links[shard].isHung { return dropHung() }
    send(.cancel, bytes, CancelOrder.byteCount, client, time, 0, bucket, to: shard)
    return .underway
  }

  @inline(never)
  private mutating func replace(_ bytes: RawSpan, _ client: Int, _ time: UInt64) -> Submission {
    let original: UInt32 = bytes.bigEndian(at: ReplaceOrder.originalReferenceOffset)
    let reference: UInt32 = bytes.bigEndian(at: ReplaceOrder.referenceOffset)
    guard reference > flows[client].greatestReference else { return doubt(reference, client) }
    guard let bucket = directory.bucket(of: original, client: client) else {
      return .done(ignore(.unknownOrder))
    }
    guard underway.hasRoom(for: bytes.byteCount) else { return .mustWait }
    let shard = owner(of: bucket)
    if links[shard].isHung { return dropHung() }
    directory.insert(reference, client: client, bucket: bucket)
    flows[client].greatestReference = reference
    send(.replace, bytes, ReplaceOrder.byteCount, client, time, reference, bucket, to: shard)
    return .underway
  }

  /// A reference number that is not greater than all before it, if those under way used up theirs.
  @inline(never)
  private mutating func doubt(_ reference: UInt32, _ client: Int) -> Submission {
    if reference <= flows[client].lastReference { return .done(ignore(.staleReference)) }
    return .mustWait
  }

  /// Answered here, where the reference numbers of all order cores come together.
  @inline(never)
  private mutating func query(
    _ client: Int, _ time: UInt64, into answers: inout AnswerSink
  ) -> Submission {
    guard flows[client].isIdle else { return .mustWait }
    return .done(answer(client, time, into: &answers))
  }

  mutating func answer(_ client: Int, _ time: UInt64, into answers: inout AnswerSink) -> Outcome {
    let next = flows[client].lastReference.addingReportingOverflow(1)
    counted.countQuery()
    answers.emit(
      AccountQueryResponse(nextReference: next.overflow ? .max : next.partialValue, timestamp: time),
      to: client)
    return .applied(.answeredQuery)
  }

  /// The shard that has the bucket's orders, or will have them.
  @inline(__always)
  func owner(of bucket: UInt8) -> Int { map.owner(of: group(of: bucket)) }

  @inline(__always)
  func group(of bucket: UInt8) -> Int { Int(bucket) & (map.bucketCount &- 1) }

  @inline(__always)
  private mutating func send(
    _ kind: RoutedMessage.Kind, _ bytes: RawSpan, _ byteCount: Int, _ client: Int, _ time: UInt64,
    _ reference: UInt32, _ bucket: UInt8, to shard: Int
  ) {
    precondition(bytes.byteCount >= byteCount, "a message is checked before it is sent")
    let (number, isFirst) = flows[client].send()
    var message = RoutedMessage(
      head: RoutedMessage.Head(
        nanosecondsSinceMidnight: time, kind: kind, client: UInt8(truncatingIfNeeded: client),
        place: UInt32(truncatingIfNeeded: underway.nextPlace)))
    message.words.copy(bytes, byteCount: byteCount)
    underway.take(
      bytes, message, sentByteCount: byteCount, number: number, reference: reference, shard: shard)
    let group = group(of: bucket)
    balancer.count(bucket: group)
    let isUrgent = isFirst && settings.hasPriorities && move?.bucket != group
    let messageClass = isUrgent ? MessageClass.of(kind) : MessageClass.least
    if isFirst {
      flows[client].isFirstUrgent = messageClass != MessageClass.least
    } else {
      message.head.followsUrgent = flows[client].isFirstUrgent
    }
    links[shard].underwayCount &+= 1
    underwayCount &+= 1
    let refused = links[shard].messages.push(message, class: messageClass)
    precondition(refused == nil, "a link holds all messages that can be under way")
  }
}

// MARK: - Without an order core

extension SpreadEngine {
  /// A new order for a core that hangs: it is rejected, as soon as its client has nothing else under way.
  @inline(never)
  private mutating func refuseHung(
    _ bytes: RawSpan, _ client: Int, _ time: UInt64, into answers: inout AnswerSink
  ) -> Submission {
    guard flows[client].isIdle else { return .mustWait }
    unreachableCount &+= 1
    guard let message = try? InboundMessage(parsing: bytes), case .enter(let order) = message else {
      return .done(.ignored(.unknownOrder))
    }
    let outcome = reject(order, client: client, at: time, into: &answers)
    return .done(outcome == .applied(.rejected) ? .applied(.rejectedForRoom) : outcome)
  }

  /// A message for an order of a core that hangs: nobody can say what became of it.
  @inline(never)
  private mutating func dropHung() -> Submission {
    unreachableCount &+= 1
    return .done(.ignored(.unknownOrder))
  }

  public mutating func reject(
    _ order: EnterOrder, client: Int, at nanosecondsSinceMidnight: UInt64, into answers: inout AnswerSink
  ) -> Outcome {
    guard order.userReference > flows[client].lastReference else { return ignore(.staleReference) }
    return refuse(
      order.userReference, order.clientOrderID, client, nanosecondsSinceMidnight, into: &answers)
  }

  public mutating func reject(
    _ replace: ReplaceOrder, client: Int, at nanosecondsSinceMidnight: UInt64, into answers: inout AnswerSink
  ) -> Outcome {
    guard replace.userReference > flows[client].lastReference else { return ignore(.staleReference) }
    guard bucket(of: replace.originalReference, client: client) != nil else { return ignore(.unknownOrder) }
    return refuse(
      replace.userReference, replace.clientOrderID, client, nanosecondsSinceMidnight, into: &answers)
  }

  private mutating func refuse(
    _ reference: UInt32, _ identifier: ClientOrderID, _ client: Int, _ time: UInt64,
    into answers: inout AnswerSink
  ) -> Outcome {
    flows[client].use(reference)
    answersByType[Int(OrderRejected.type)] &+= 1
    answers.emit(
      OrderRejected(
        userReference: reference, reason: .processingError, clientOrderID: identifier, timestamp: time),
      to: client)
    return .applied(.rejected)
  }

  @discardableResult
  public mutating func ignore(_ reason: IgnoredMessage) -> Outcome {
    counted.count(reason)
    return .ignored(reason)
  }

  public mutating func forget(client: Int) {
    flows[client] = ClientFlow()
    guard isReplaying else { return }
    for index in 0..<shardCount { shards[index]!.engine.forget(client: client) }
  }

  /// A word of this core to an order core.
  mutating func send(_ kind: RoutedMessage.Kind, group: Int = 0, to shard: Int) {
    let refused = links[shard].messages.push(
      RoutedMessage(head: RoutedMessage.Head(kind: kind, group: UInt8(truncatingIfNeeded: group))),
      class: MessageClass.least)
    precondition(refused == nil, "a link has room for words of the sessions core")
  }
}
