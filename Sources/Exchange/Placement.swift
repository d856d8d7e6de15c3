public import Tracing

/// Which core does what, on a machine whose cores are known.
///
/// A value: every core has the same copy, and it never changes while the node runs. What is moved at run time are
/// buckets of symbols, among ``orderCores``.
public struct Placement: Equatable, Sendable, BitwiseCopyable {
  /// The core that boots, has the console, keeps the sessions and routes messages to the order cores: always core 0.
  public static let sessionsCore = 0

  /// Which cores run network I/O; the sessions core is one of them.
  public let ioCores: CoreSet
  /// Which cores apply orders: the sessions core alone, or others only. Never empty.
  public let orderCores: CoreSet
  /// Where the watch over the other cores and the balancer's clock run; on the sessions core its interrupt queue runs
  /// them.
  public let timersCore: Int
  /// Where the journal is written. Without a meaning when there is no journal.
  public let journalCore: Int

  /// Everything on one core.
  public static var oneCore: Placement {
    Placement(ioCores: CoreSet(0), orderCores: CoreSet(0), timersCore: 0, journalCore: 0)
  }

  /// - Precondition: the rules of ``ioCores`` and ``orderCores`` hold, and all cores are below `CoreSet.limit`.
  public init(ioCores: CoreSet, orderCores: CoreSet, timersCore: Int, journalCore: Int) {
    precondition(ioCores.contains(Self.sessionsCore), "the sessions core does network I/O")
    precondition(!orderCores.isEmpty, "some core applies orders")
    precondition(
      !orderCores.contains(Self.sessionsCore) || orderCores.count == 1,
      "the sessions core applies orders alone")
    precondition(
      (0..<CoreSet.limit).contains(timersCore) && (0..<CoreSet.limit).contains(journalCore), "cores exist")
    (self.ioCores, self.orderCores) = (ioCores, orderCores)
    (self.timersCore, self.journalCore) = (timersCore, journalCore)
  }

  public var sessionsCore: Int { Self.sessionsCore }

  /// Whether orders are applied by direct calls on the sessions core.
  public var isFastDelivery: Bool { orderCores.contains(Self.sessionsCore) }

  /// The cores that have something to do.
  public var usedCores: CoreSet {
    var cores = CoreSet()
    for core in 0..<CoreSet.limit where !roles(of: core).isEmpty { cores.insert(core) }
    return cores
  }

  /// What the core is for; nothing for a core that stays idle.
  public func roles(of core: Int) -> CoreRoles {
    var roles = CoreRoles()
    if ioCores.contains(core) { roles.insert(.io) }
    if orderCores.contains(core) { roles.insert(.orders) }
    if timersCore == core { roles.insert(.timers) }
    if journalCore == core { roles.insert(.journal) }
    return roles
  }

  /// Writes the word of the command line that asks for exactly this placement:
  /// `cores=io:0,orders:1,2,timers:0,journal:0`.
  public func write<Writer: TextWriter & ~Copyable>(to writer: inout Writer) {
    writer.write("cores=")
    write(.io, ioCores, to: &writer)
    writer.write(",")
    write(.orders, orderCores, to: &writer)
    writer.write(",")
    write(.timers, CoreSet(timersCore), to: &writer)
    writer.write(",")
    write(.journal, CoreSet(journalCore), to: &writer)
  }

  private func write<Writer: TextWriter & ~Copyable>(
    _ role: CoreRole, _ cores: CoreSet, to writer: inout Writer
  ) {
    writer.write(role.name)
    var separator: StaticString = ":"
    var next = cores.first
    while let core = next {
      writer.write(separator)
      writer.write(UInt64(core))
      separator = ","
      next = cores.next(from: core + 1)
    }
  }
}
