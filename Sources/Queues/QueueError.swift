import Buffers

/// Why a queue could not be made.
public enum QueueError: Error, Equatable {
  /// The capacity is zero, negative, or above the largest: `QueueProperties.largestCapacity`, or what the documentation
  /// of a pool says; or a pipe has no room for a frame's length.
  case capacityOutOfRange(Int)
  /// The limits ask for more memory than the arena has left.
  case memoryExhausted
  /// The watermarks are not 0 <= low < high <= capacity; or the queue always overwrites, and knows no pressure.
  case watermarksOutOfRange(low: Int, high: Int)
  /// The batch size is not between 1 and the capacity.
  case batchOutOfRange(Int)
  /// Too few or too many producers, consumers or priority classes: the limit is in the documentation of what was made.
  case endsOutOfRange(Int)
  /// The weight of a priority class is zero, so it would never have a turn.
  case weightOutOfRange(class: Int)
  /// This queue cannot overwrite what it holds: see the table in `Queues.docc`.
  case cannotDropOldest
  /// This queue always overwrites its oldest messages: ask for `dropOldest`, so that it can be read where it is made.
  case mustDropOldest

  init(_ error: ArenaError) { self = .memoryExhausted }
}

/// What was wrong with a claim or its publication. The queue is as it was.
public enum ClaimError: Error, Equatable {
  /// A claim of zero or fewer places.
  case empty
  /// A claim of more places than the queue has.
  case beyondCapacity
  /// What was claimed before is not published yet.
  case alreadyClaimed
  /// Nothing is claimed, so nothing can be published.
  case nothingClaimed
}
