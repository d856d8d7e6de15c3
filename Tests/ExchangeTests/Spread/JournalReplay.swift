@testable import Exchange
@testable import Orders
import Buffers
import Reactors
@testable import Sessions
import TestSupport
import Wire

extension RecordingJournal.Entry {
  /// As a journal on a disk gives it back.
  var decoded: JournalEntry? {
    var bytes = [UInt8](repeating: 0, count: JournalEntry.headerByteCount + message.count)
    bytes.withRawBytes {
      JournalEntry.write(kind, client, at: time, message: message.rawBytes, into: &$0)
    }
    return JournalEntry(bytes.rawBytes)
  }
}

extension ClientName {
  init(_ name: String) {
    let bytes = OuchBytes.text(name, 10)
    self.init(bytes.rawBytes, at: 0)
  }
}

extension OrderVenue where Engine: ~Copyable {
  /// All of a client's answers that are kept, by requests to send again.
  func stream(of name: ClientName) -> [[UInt8]] {
    var messages: [[UInt8]] = []
    var frame = [UInt8](repeating: 0, count: 1_472)
    while true {
      let next = UInt64(messages.count) + 1
      let written = frame.withRawBytes { bytes in
        writeRetransmission(for: name, from: next, durableThrough: .max, into: &bytes, at: 0)
      }
      guard written.messageCount > 0 else { return messages }
      var position = 20
      for _ in 0..<written.messageCount {
        let count = Int(frame.big(position, as: UInt16.self))
        messages.append([UInt8](frame[position + 2..<position + 2 + count]))
        position += 2 + count
      }
    }
  }

  /// Replays recorded entries. The first one that does not do what it did is given back.
  mutating func replay(_ entries: [RecordingJournal.Entry]) -> RecordingJournal.Entry? {
    for (index, entry) in entries.enumerated() {
      guard let decoded = entry.decoded, replay(decoded, number: UInt64(index) + 1) else { return entry }
    }
    return nil
  }
}

extension SpreadNode {
  /// The digest of the state as it is on all cores together.
  var stateDigest: UInt64 {
    var digest = StateDigest()
    for client in 0..<64 {
      digest.add(lastReference: node.value.venue.engine.flows[client].lastReference, of: client)
      // What a shard remembers of a client is of no consequence.
      for shard in shards { shard.use { $0.engine.trustNextReference(of: client) } }
    }
    for shard in shards { digest.add(shard.value.engine) }
    return digest.value
  }

  /// What is wrong with the directory; nothing when it holds exactly the live orders.
  var directoryFault: String? {
    var liveCount = 0
    var missingCount = 0
    for shard in shards {
      liveCount += shard.value.engine.liveOrderCount
      shard.value.engine.forEachLiveOrder { client, reference, symbol in
        let bucket = node.value.venue.engine.directory.bucket(of: reference, client: client)
        if bucket != symbol.bucket { missingCount += 1 }
      }
    }
    let count = node.value.venue.engine.directory.count
    return count == liveCount && missingCount == 0
      ? nil : "the directory has \(count) orders of \(liveCount); \(missingCount) are not or wrongly there"
  }
}
