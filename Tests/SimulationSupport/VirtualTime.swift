public import Timing

/// Time moved by hand, and what is to happen when: things due at one moment happen in the order they were asked for.
public final class VirtualTime {
  public private(set) var now = Instant(nanoseconds: 1_000)
  /// Sorted, the next one last.
  private var events: [Event] = []
  private var order: UInt64 = 0

  private struct Event {
    let time: Instant
    let order: UInt64
    let action: () -> Void
  }

  public init() {}

  /// When the next thing happens; `never` when nothing is to come.
  public var nextEvent: Instant { events.last?.time ?? .never }

  /// Lets something happen later.
  public func after(_ duration: Duration, _ action: @escaping () -> Void) {
    order += 1
    let event = Event(time: now + duration, order: order, action: action)
    let place = events.lastIndex { ($0.time, $0.order) > (event.time, event.order) }
    events.insert(event, at: place.map { $0 + 1 } ?? 0)
  }

  /// Moves to `instant`; what is due by then happens in order, at its own time.
  public func advance(to instant: Instant) {
    while let event = events.last, event.time <= instant {
      events.removeLast()
      now = max(now, event.time)
      event.action()
    }
    now = max(now, instant)
  }
}
