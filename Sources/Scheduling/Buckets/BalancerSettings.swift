public import Timing

/// When a balancer moves a bucket.
public struct BalancerSettings: Sendable, BitwiseCopyable {
  /// How often `Balancer.select` is called; all else is counted in these.
  public var period: Duration
  /// A core is overloaded when its load is above this part of what it must carry, in percent. It must carry the mean of
  /// all, or its largest bucket alone where that is more and would be no better off elsewhere. 101 to 1,000.
  public var overloadPercent: UInt64
  /// Once overloaded, it gives until it is at or below this part, 100 to `overloadPercent`: so it does not stay at the
  /// brink, where chance alone would move a bucket now and then.
  public var relievedPercent: UInt64
  /// For how many periods in a row a core must be overloaded before a bucket is taken from it, at least 1.
  public var lastingPeriods: UInt32
  /// For how many periods nothing is moved after a move has ended: so long the new loads are only watched.
  public var pausePeriods: UInt32
  /// A core that is busy for less than this part of a period, in percent, is never overloaded: what is idle needs no
  /// balance.
  public var leastBusyPercent: UInt64
  /// Over how many periods loads are averaged, as a power of two: 3 for about 8 of them, 0 to 8.
  public var averagingShift: UInt64

  /// - Precondition: what the properties say of their ranges.
  public init(
    period: Duration = .milliseconds(20), overloadPercent: UInt64 = 110, relievedPercent: UInt64 = 104,
    lastingPeriods: UInt32 = 4, pausePeriods: UInt32 = 2, leastBusyPercent: UInt64 = 10,
    averagingShift: UInt64 = 3
  ) {
    precondition(period > .zero && period <= .seconds(60), "a balancer's period is at most a minute")
    precondition(
      overloadPercent > 100 && overloadPercent <= 1000, "a core is overloaded above 101 to 1,000 %")
    precondition(
      relievedPercent >= 100 && relievedPercent <= overloadPercent,
      "a core is relieved at 100 % to what overloads it")
    precondition(lastingPeriods > 0, "an overload lasts for at least one period")
    precondition(leastBusyPercent <= 100, "a core is busy for at most 100 % of a period")
    precondition(averagingShift <= 8, "loads are averaged over at most 2^8 periods")
    self.period = period
    self.overloadPercent = overloadPercent
    self.relievedPercent = relievedPercent
    self.lastingPeriods = lastingPeriods
    self.pausePeriods = pausePeriods
    self.leastBusyPercent = leastBusyPercent
    self.averagingShift = averagingShift
  }
}
