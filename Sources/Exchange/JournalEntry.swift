public import Sessions
import Wire

/// One input of the order process as the journal keeps it: who sent what, and when it was applied. Sending the
/// entries of a journal through the order process again gives the same state and the same answers, byte for byte.
///
/// Layout, little-endian: kind 0:1, client name 1:10, nanoseconds since midnight 11:8, OUCH message 19.
public struct JournalEntry {
  public enum Kind: UInt8, Sendable {
    /// The message was applied.
    case applied = 1
    /// The journal had no room for what the message could grow into: it was rejected without being looked at.
    case refused = 2
  }
}
