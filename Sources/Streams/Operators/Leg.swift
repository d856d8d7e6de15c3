import Timing

/// One of the streams that an operator joins, and whether it has ended: then it is left alone.
struct Leg<Source: Stream & ~Copyable>: ~Copyable {
  var source: Source
  private(set) var isOpen = true

  init(_ source: consuming Source) { self.source = source }

  /// A message or a failure, if there is one.
  @inline(__always)
  mutating func take(at now: Instant) -> Poll<Source.Message, Source.Failure>? {
    guard isOpen else { return nil }
    switch source.poll(at: now) {
    case .ready(let message): return .ready(message)
    case .failed(let failure): return .failed(failure)
    case .pending: return nil
    case .ended:
      isOpen = false
      return nil
    }
  }

  var nextDeadline: Instant { isOpen ? source.nextDeadline : .never }
}
