public import Timing

/// What a core has done in a period.
///
/// Both are the core's own counts, taken together: messages that wait for it are in neither.
public struct CoreWork: Sendable, BitwiseCopyable {
  /// How long it was busy with messages. Time in which it had nothing to do does not count.
  public var busy: Duration
  /// Messages it was busy with.
  public var messageCount: UInt64

  public init(busy: Duration, messageCount: UInt64) {
    self.busy = busy
    self.messageCount = messageCount
  }
}
