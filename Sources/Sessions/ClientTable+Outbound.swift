import Buffers
import Wire

// What goes to the clients. A message may be sent when the journal entry that produced it is durable. Each slot
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
    let slot = slotIndex(client, clients[client].stream.appendedThrough)
    clients[client].stream.appendedThrough &+= 1
    unsentClients |= 1 &<< UInt64(truncatingIfNeeded: client)
    return slots.open(slot, entry: entry, byteCount: byteCount)
  }

  /// The slot of the message after message number `sequence`.
  @inline(__always)
  func slotIndex(_ client: Int, _ sequence: UInt64) -> Int {
    client &<< Int(truncatingIfNeeded: ringShift) | Int(truncatingIfNeeded: sequence & ringMask)
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
    return slots.entry(slotIndex(client, stream.sentThrough)) <= durableThrough
  }

  /// What was written of a datagram.
  public struct Written: Equatable, Sendable {
    /// The payload's length; 0 when there is nothing to send.
    public let byteCount: Int
    /// How many messages it holds.
    public let messageCount: Int
  }

  /// Writes the next datagram of messages not yet sent, and moves past them. Complexity: O(bytes written).
  ///
  /// - Parameters:
  ///   - offset: where the payload begins in `frame`; at most 1,472 bytes are written from there.
  ///   - durableThrough: the last durable journal entry; `.max` without a journal.
  /// - Returns: nothing written when no message may be sent yet.
  @inline(__always)
  public mutating func writeDatagram(
    for client: Int, durableThrough: UInt64, into frame: inout MutableRawSpan, at offset: Int
  ) -> Written {
    skipOverwritten(client)
    let first = clients[client].stream.sentThrough
    let written = writeBlocks(of: client, after: first, durableThrough, into: &frame, at: offset)
    guard written.messageCount > 0 else { return Written(byteCount: 0, messageCount: 0) }
    writeHeader(of: client, sequence: first &+ 1, count: written.messageCount, into: &frame, at: offset)
    clients[client].stream.sentThrough = first &+ UInt64(truncatingIfNeeded: written.messageCount)
    if clients[client].stream.sentThrough == clients[client].stream.appendedThrough {
      unsentClients &= ~(1 &<< UInt64(truncatingIfNeeded: client))
    }
    return written
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
    guard let client = find(name) else {
      MoldHeader.write(session: name, sequence: 1, count: 0, into: &frame, at: offset)
      return Written(byteCount: MoldHeader.byteCount, messageCount: 0)
    }
    let oldest = clients[client].stream.oldestKept(ringCount: ringMask &+ 1)
    let next = firstUnreleased(client, durableThrough: durableThrough)
    guard sequence >= oldest, sequence < next else {
      writeHeader(of: client, sequence: sequence < oldest ? oldest : next, count: 0, into: &frame, at: offset)
      return Written(byteCount: MoldHeader.byteCount, messageCount: 0)
    }
    let written = writeBlocks(of: client, after: sequence &- 1, durableThrough, into: &frame, at: offset)
    writeHeader(of: client, sequence: sequence, count: written.messageCount, into: &frame, at: offset)
    return written
  }

  /// The number of the first kept message that may not be sent yet, or of the next one to come.
  func firstUnreleased(_ client: Int, durableThrough: UInt64) -> UInt64 {
    var low = clients[client].stream.oldestKept(ringCount: ringMask &+ 1)
    var high = clients[client].stream.appendedThrough &+ 1
    while low < high {
      let middle = low &+ (high &- low) / 2
      if slots.entry(slotIndex(client, middle &- 1)) <= durableThrough {
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

// MARK: - Writing

extension ClientTable {
  /// Gives up live messages that were overwritten before they were sent.
  @inline(__always)
  mutating func skipOverwritten(_ client: Int) {
    let stream = clients[client].stream
    guard stream.appendedThrough &- stream.sentThrough > ringMask &+ 1 else { return }
    let oldest = stream.oldestKept(ringCount: ringMask &+ 1)
    lostMessageCount &+= oldest &- 1 &- stream.sentThrough
    clients[client].stream.sentThrough = oldest &- 1
  }

  @inline(__always)
  func writeHeader(
    of client: Int, sequence: UInt64, count: Int, into frame: inout MutableRawSpan, at offset: Int
  ) {
    MoldHeader.write(
      session: clients[client].name, sequence: sequence, count: count, into: &frame, at: offset)
  }

  /// Writes the messages after number `last` that may be sent, as many as fit, and leaves room for the header.
  @inline(__always)
  func writeBlocks(
    of client: Int, after last: UInt64, _ durableThrough: UInt64,
    into frame: inout MutableRawSpan, at offset: Int
  ) -> Written {
    let end = offset &+ ClientLimits.datagramByteCount
    precondition(offset >= 0 && end <= frame.byteCount, "no room for a datagram")
    var position = offset &+ MoldHeader.byteCount
    var sequence = last
    while sequence < clients[client].stream.appendedThrough {
      let slot = slotIndex(client, sequence)
      guard slots.entry(slot) <= durableThrough else { break }
      let byteCount = slots.blockByteCount(slot)
      guard byteCount <= end &- position else { break }
      // What a short block copies too much, the next one overwrites, or lies behind the datagram's end.
      slots.copyBlock(slot, byteCount: byteCount, into: &frame, at: position)
      position &+= byteCount
      sequence &+= 1
    }
    return Written(
      byteCount: position &- offset, messageCount: Int(truncatingIfNeeded: sequence &- last))
  }
}
