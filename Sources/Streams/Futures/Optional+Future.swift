public import Timing

/// A place for a future: empty, it has ended.
///
/// A future that ends leaves the place, and so returns what it held at once; set to nil, it is cancelled.
extension Optional: Future where Wrapped: Future & ~Copyable {
  @inline(__always)
  public mutating func poll(at now: Instant) -> Poll<Wrapped.Message, Wrapped.Failure> {
    guard let answer = self?.poll(at: now) else { return .ended }
    switch answer {
    case .ended: self = nil
    default: break
    }
    return answer
  }

  public var nextDeadline: Instant {
    switch self {
    case .some(let future): future.nextDeadline
    case nil: .never
    }
  }
}
