import Buffers
import Scheduling
import Streams
import Timers
import Timing

/// What a wheel can do, so that others can be put in its place.
protocol TimerKeeping: Discipline, ~Copyable where Work == Int {
  var count: Int { get }
  var lateCount: UInt64 { get }
  var nextDeadline: Instant { get }
  func deadline(of key: Int) -> Instant
  mutating func set(key: Int, deadline: Instant)
  mutating func cancel(key: Int)
}

extension TimerWheel: TimerKeeping {}

/// The reference: timers sorted by deadline and order of setting.
struct SortedTimers: TimerKeeping, ~Copyable {
  private var sorted: KeyedHeap<SetTimer>
  private var order: UInt64 = 0
  private var time = Instant.zero
  private(set) var lateCount: UInt64 = 0

  private struct SetTimer: Comparable, BitwiseCopyable {
    let deadline: Instant
    let order: UInt64

    static func < (left: SetTimer, right: SetTimer) -> Bool {
      left.deadline == right.deadline ? left.order < right.order : left.deadline < right.deadline
    }
  }

  init(keyCount: Int, in arena: inout Arena) throws {
    sorted = try KeyedHeap(keyCount: keyCount, filler: SetTimer(deadline: .never, order: 0), in: &arena)
  }

  var count: Int { sorted.count }
  var nextDeadline: Instant { sorted.first?.deadline ?? .never }
  func deadline(of key: Int) -> Instant { sorted.rank(of: key)?.deadline ?? .never }

  mutating func set(key: Int, deadline: Instant) {
    guard deadline != self.deadline(of: key) else { return }
    guard deadline != .never else { return sorted.remove(key) }
    if deadline < time { lateCount += 1 }
    sorted.set(key, rank: SetTimer(deadline: max(deadline, time), order: order))
    order += 1
  }

  mutating func cancel(key: Int) { sorted.remove(key) }

  mutating func select(_ limit: UInt64) -> Int? {
    guard nextDeadline.nanoseconds <= limit, nextDeadline != .never else {
      time = max(time, Instant(nanoseconds: limit))
      return nil
    }
    time = nextDeadline
    return sorted.takeFirst()
  }
}

/// A wheel that does one thing wrong, now and then.
struct BrokenTimers: TimerKeeping, ~Copyable {
  enum Fault: CaseIterable {
    case isEarly, isLate, reorders, loses, ignoresCancelling, wakesTooLate, wakesForNothing, countsNothingLate
  }

  private let fault: Fault
  private var timers: SortedTimers
  private var turn = 0

  init(_ fault: Fault, keyCount: Int, in arena: inout Arena) throws {
    self.fault = fault
    timers = try SortedTimers(keyCount: keyCount, in: &arena)
  }

  var count: Int { timers.count }
  var lateCount: UInt64 { fault == .countsNothingLate ? 0 : timers.lateCount }
  var nextDeadline: Instant {
    switch fault {
    case .wakesTooLate: timers.nextDeadline + .nanoseconds(1)
    case .wakesForNothing: Instant(nanoseconds: timers.nextDeadline.nanoseconds & ~0xFF)
    default: timers.nextDeadline
    }
  }
  func deadline(of key: Int) -> Instant { timers.deadline(of: key) }

  mutating func set(key: Int, deadline: Instant) {
    turn += 1
    if fault == .loses, turn % 50 == 0, self.deadline(of: key) == .never { return }
    timers.set(key: key, deadline: deadline)
  }

  mutating func cancel(key: Int) {
    if fault != .ignoresCancelling { timers.cancel(key: key) }
  }

  mutating func select(_ limit: UInt64) -> Int? {
    switch fault {
    case .isEarly: return timers.select(limit &+ 1)
    case .isLate: return timers.select(limit == 0 ? 0 : limit - 1)
    case .reorders:
      guard let first = timers.select(limit), let second = timers.select(limit) else { return nil }
      timers.set(key: first, deadline: .zero)
      return second
    default: return timers.select(limit)
    }
  }
}
