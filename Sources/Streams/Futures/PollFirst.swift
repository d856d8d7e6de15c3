public import Timing

/// Asks two futures, in order, until one answers with a message or a failure: that one wins, and a later one is not
/// asked. Both stay where they are, so the loser is kept; `first(of:)` cancels it.
///
///     switch pollFirst(of: &order, &cancellation, at: now) {
///     case .ready(.first(let order)): ...
///     case .ready(.second): order = nil
///
/// One that has ended cannot win; when both have, so has this. A future that may end before the other belongs into an
/// optional, which is asked for no deadline then. After a pending answer the next deadline is the earlier of the two.
///
/// - Parameter start: which is asked first, 0 or 1. Whoever asks in rounds and starts behind the last winner is fair:
///   who is ready loses at most once in a row.
@inline(__always)
public func pollFirst<First: Future & ~Copyable, Second: Future & ~Copyable>(
  of first: inout First, _ second: inout Second, startingAt start: Int = 0, at now: Instant
) -> Poll<Either<First.Message, Second.Message>, Either<First.Failure, Second.Failure>> {
  precondition(start == 0 || start == 1, "there are two futures")
  var isOpen = false
  for step in 0...1 {
    if step == start {
      switch first.poll(at: now) {
      case .ready(let message): return .ready(.first(message))
      case .failed(let failure): return .failed(.first(failure))
      case .pending: isOpen = true
      case .ended: break
      }
    } else {
      switch second.poll(at: now) {
      case .ready(let message): return .ready(.second(message))
      case .failed(let failure): return .failed(.second(failure))
      case .pending: isOpen = true
      case .ended: break
      }
    }
  }
  return isOpen ? .pending : .ended
}

/// Asks several like futures, in order and around, until one answers with a message or a failure, and says which. All
/// stay where they are, so the losers are kept; `FirstOfMany` cancels them.
///
/// Those that have ended cannot win; when all have, or there are none, so has this. Futures that may end before the
/// others belong into optionals.
///
/// - Parameter start: which is asked first, 0 to the count less 1. Whoever asks in rounds and starts behind the last
///   winner is fair: who is ready loses at most the count less 1 times in a row.
/// - Complexity: O(count).
@inline(__always)
public func pollFirst<let count: Int, Element: Future & ~Copyable>(
  of futures: inout InlineArray<count, Element>, startingAt start: Int = 0, at now: Instant
) -> Poll<Indexed<Element.Message>, Indexed<Element.Failure>> {
  precondition(start >= 0 && start < max(count, 1), "no such future")
  var isOpen = false
  for step in 0..<count {
    let index = start < count &- step ? start &+ step : start &+ step &- count
    switch futures[index].poll(at: now) {
    case .ready(let message): return .ready(Indexed(index: index, message))
    case .failed(let failure): return .failed(Indexed(index: index, failure))
    case .pending: isOpen = true
    case .ended: break
    }
  }
  return isOpen ? .pending : .ended
}

extension InlineArray where Element: Future & ~Copyable {
  /// The earliest deadline of these futures. Complexity: O(count).
  public var nextDeadline: Instant {
    var deadline = Instant.never
    for index in 0..<count { deadline = min(deadline, self[index].nextDeadline) }
    return deadline
  }
}
