import Streams
import TestSupport
import Timing

/// A stream whose deadline is a tick late: a control.
struct Overdue<Source: Streams.Stream & ~Copyable>: Streams.Stream, ~Copyable {
  typealias Message = Source.Message
  typealias Failure = Source.Failure
  private var source: Source

  init(_ source: consuming Source) { self.source = source }

  mutating func poll(at now: Instant) -> Poll<Source.Message, Source.Failure> { source.poll(at: now) }
  var nextDeadline: Instant { source.nextDeadline + MarbleScript.tick }
  var demand: Int { source.demand }
}

/// What a poll gave, in a word.
func describe<Message: MarbleText & ~Copyable, Failure>(_ poll: consuming Poll<Message, Failure>) -> String {
  switch consume poll {
  case .ready(let message): message.marbleText()
  case .failed(let failure): "\(failure)"
  case .ended: "ended"
  case .pending: "pending"
  }
}
