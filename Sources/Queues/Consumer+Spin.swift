public import Streams
public import Timing

extension Consumer where Self: ~Copyable {
  /// Takes the next message, and looks for it up to `looks` times with a pause of the processor in between: for a
  /// consumer with a core of its own, when a message is due sooner than a core wakes up.
  ///
  /// - Parameter looks: at least one is made.
  public mutating func poll(at now: Instant, looks: Int) -> Poll<Message, Never> {
    var left = looks
    while true {
      switch poll(at: now) {
      case .ready(let message): return .ready(message)
      case .ended: return .ended
      case .pending:
        guard left > 1 else { return .pending }
        left -= 1
        HardwareWord.pause()
      }
    }
  }
}
