import Buffers
import Wire

// What goes to the clients. A message may be sent when the journal entry that produced it is durable. Each message
// keeps that entry's number, and a datagram takes messages while their number is at most the durable one. That is
// right because entries are numbered in the order of `append` and become durable in that order, so the messages that
// may be sent are always a prefix of the stream; and nothing has to be done per client when a group becomes durable.
extension ClientTable {
  /// Appends a message of `byteCount` bytes, and gives its place to be written to, all of it.
  ///
  /// - Parameters:
  ///   - entry: the journal entry that produces the message; never less than that of the message before.
  ///   - byteCount: 1 to `ClientLimits.maximumMessageByteCount`.
  /// - Returns: exactly the message's bytes; what an earlier message left is in them.
  @inline(__always) @_lifetime(&self)
  public mutating func append(to client: Int, byteCount: Int, entry: UInt64) -> MutableRawSpan {
    let last = clients[client].stream.appendedThrough
    clients[client].stream.appendedThrough = last &+ 1
    unsentClients |= 1 &<< UInt64(truncatingIfNeeded: client)
    return rings.open(client, after: last, entry: entry, byteCount: byteCount)
  }

  /// Appends a message that is there behind its length, as in a datagram.
  ///
  /// - Parameters:
  ///   - block: the length, 1 to `ClientLimits.maximumMessageByteCount`, and the message; 72 bytes in all.
  ///   - entry: as with the other.
  @inline(__always)
  public mutating func append(block: RawSpan, to client: Int, entry: UInt64) {
    let last = clients[client].stream.appendedThrough
    clients[client].stream.appendedThrough = last &+ 1
    unsentClients |= 1 &<< UInt64(truncatingIfNeeded: client)
    rings.put(block, client, after: last, entry: entry)
  }

  /// The number of a client's last message; 0 before the first.
  public func appendedThrough(_ client: Int) -> UInt64 { clients[client].stream.appendedThrough }

  /// The number of the last message sent live.
  public func sentThrough(_ client: Int) -> UInt64 { clients[client].stream.sentThrough }

  /// Whether there is a message not yet sent that may be sent.
  @inline(__always)
  public func hasSendable(_ client: Int, durableThrough: UInt64) -> Bool {
    let stream = clients[client].stream
    guard stream.sentThrough < stream.appendedThrough else { return false }
    return rings.entry(client, after: stream.sentThrough) <= durableThrough
  }

  /// What was written of a datagram.
  public struct Written: Equatable, Sendable {
    /// The payload's length; 0 when there is nothing to send.
    public let byteCount: Int
    /// How many messages it holds.
    public let messageCount: Int

    static var nothing: Written { Written(byteCount: 0, messageCount: 0) }
  }

  /// Writes the next datagram of messages not yet sent, and moves past them. Complexity: O(bytes written).
  ///
  /// Traps unless `frame` has 1,472 bytes from `offset` on.
  ///
  /// - Parameters:
  ///   - offset: where the payload begins in `frame`; at most 1,472 bytes are written from there.
  ///   - durableThrough: the last durable journal entry; `.max` without a journal.
  /// - Returns: nothing written when no message may be sent yet.
  @inline(__always)
  public mutating func writeDatagram(
    for client: Int, durableThrough: UInt64, into frame: inout MutableRawSpan, at offset: Int
  ) -> Written {
    let stream = clients[client].stream
    var first = stream.sentThrough
    if stream.appendedThrough &- first > rings.messageCount { first = skipOverwritten(client) }
    let (last, end) = rings.copy(
      client, after: first, through: stream.appendedThrough, durableThrough: durableThrough,
      into: &frame, range: Self.blockRange(at: offset))
    guard last > first else { return .nothing }
    let messageCount = Int(truncatingIfNeeded: last &- first)
    MoldHeader.write(
      session: clients[client].name, sequence: first &+ 1, count: messageCount, into: &frame, at: offset)
    clients[client].stream.sentThrough = last
    if last == stream.appendedThrough { unsentClients &= ~(1 &<< UInt64(truncatingIfNeeded: client)) }
    return Written(byteCount: end &- offset, messageCount: messageCount)
  }

  /// Where the blocks of a datagram may lie.
  @inline(__always)
  private static func blockRange(at offset: Int) -> Range<Int> {
    let end = offset &+ ClientLimits.datagramByteCount
    return offset &+ MoldHeader.byteCount..<end
  }

  /// Gives up live messages that were overwritten before they were sent; the number of the last one.
  @inline(never)
  private mutating func skipOverwritten(_ client: Int) -> UInt64 {
    let stream = clients[client].stream
    let last = stream.oldestKept(ringCount: rings.messageCount) &- 1
    lostMessageCount &+= last &- stream.sentThrough
    clients[client].stream.sentThrough = last
    return last
  }
}

// MARK: - Sending again

extension ClientTable {
  /// Writes the one datagram that answers a request to send again from `sequence` on; moves no cursor.
  ///
  /// When there is nothing to send, it holds no message, and its sequence is that of the oldest message kept, asked
  /// below it, or of the next one to come, asked at or beyond it. A name that is not known is answered as one that
  /// was sent nothing yet. Complexity: O(bytes written + log messages kept).
  ///
  /// - Returns: at least the header's 20 bytes.
  public func writeRetransmission(
    for name: ClientName, from sequence: UInt64, durableThrough: UInt64,
    into frame: inout MutableRawSpan, at offset: Int
  ) -> Written {
    guard let client = find(name) else { return writeEmpty(name, sequence: 1, into: &frame, at: offset) }
    let oldest = clients[client].stream.oldestKept(ringCount: rings.messageCount)
    let next = firstUnreleased(client, durableThrough: durableThrough)
    guard sequence >= oldest, sequence < next else {
      return writeEmpty(name, sequence: sequence < oldest ? oldest : next, into: &frame, at: offset)
    }
    let (last, end) = rings.copy(
      client, after: sequence &- 1, through: next &- 1, durableThrough: durableThrough,
      into: &frame, range: Self.blockRange(at: offset))
    let messageCount = Int(truncatingIfNeeded: last &- (sequence &- 1))
    MoldHeader.write(session: name, sequence: sequence, count: messageCount, into: &frame, at: offset)
    return Written(byteCount: end &- offset, messageCount: messageCount)
  }

  private func writeEmpty(
    _ name: ClientName, sequence: UInt64, into frame: inout MutableRawSpan, at offset: Int
  ) -> Written {
    MoldHeader.write(session: name, sequence: sequence, count: 0, into: &frame, at: offset)
    return Written(byteCount: MoldHeader.byteCount, messageCount: 0)
  }

  /// The number of the first kept message that may not be sent yet, or of the next one to come.
  private func firstUnreleased(_ client: Int, durableThrough: UInt64) -> UInt64 {
    var low = clients[client].stream.oldestKept(ringCount: rings.messageCount)
    var high = clients[client].stream.appendedThrough &+ 1
    while low < high {
      let middle = low &+ (high &- low) / 2
      if rings.entry(client, after: middle &- 1) <= durableThrough {
        low = middle &+ 1
      } else {
        high = middle
      }
    }
    return low
  }

  /// Counts all messages as sent: after a replay, when nobody knows which were; clients ask for what they miss.
  public mutating func treatAllAsSent() {
    for client in 0..<clients.count {
      clients[client].stream.sentThrough = clients[client].stream.appendedThrough
    }
    unsentClients = 0
  }
}
