public import Streams
import Timing

/// How a task waits for the first of several futures and keeps the others; `first(of:)` and `FirstOfMany` cancel them, and
/// are polled as any other future.
extension CoreContext {
  /// Asks two futures for the polled task, in order, until one answers: the other stays what it is. When neither does, the
  /// earlier of their deadlines is the task's, unless that has an earlier one. See `Streams.pollFirst`.
  ///
  /// - Parameter start: which is asked first, 0 or 1.
  @inline(__always)
  public mutating func pollFirst<First: Future & ~Copyable, Second: Future & ~Copyable>(
    of first: inout First, _ second: inout Second, startingAt start: Int = 0
  ) -> Poll<Either<First.Message, Second.Message>, Either<First.Failure, Second.Failure>> {
    let answer = Streams.pollFirst(of: &first, &second, startingAt: start, at: now)
    switch answer {
    case .pending: deadline = min(deadline, min(first.nextDeadline, second.nextDeadline))
    default: break
    }
    return answer
  }

  /// The same of several like futures, and which of them it was. Complexity: O(count).
  ///
  /// - Parameter start: which is asked first, 0 to the count less 1.
  @inline(__always)
  public mutating func pollFirst<let count: Int, Element: Future & ~Copyable>(
    of futures: inout InlineArray<count, Element>, startingAt start: Int = 0
  ) -> Poll<Indexed<Element.Message>, Indexed<Element.Failure>> {
    let answer = Streams.pollFirst(of: &futures, startingAt: start, at: now)
    switch answer {
    case .pending: deadline = min(deadline, futures.nextDeadline)
    default: break
    }
    return answer
  }
}
