/// What `cores=` asks for, before it is known which cores there are.
///
///     cores     = "cores=" role { "," role }
///     role      = "io:" list | "orders:" list | "timers:" ( core | "interrupts" ) | "journal:" core
///     list      = item { "," item }
///     item      = core | core "-" core
///     core      = number from 0 to 15
///
/// Roles come in any order, each at most once, as in `cores=io:0,orders:1,2,timers:0,journal:0`; a number belongs to
/// the last role before it. `timers:interrupts` is the sessions core, whose interrupt queue runs them. What is not
/// said gets its default from ``resolve(coreCount:)``.
public struct PlacementRequest: Sendable, BitwiseCopyable {
  private var ioCores = CoreSet()
  private var orderCores = CoreSet()
  private var timersCores = CoreSet()
  private var journalCores = CoreSet()
  /// Where in the line each core of each role was named; the inner cores of a range are not. Both ends of the place.
  private var places = InlineArray<64, Place?>(repeating: nil)

  private struct Place: BitwiseCopyable {
    let start: Int32
    let end: Int32
  }

  /// Nothing asked for: all defaults.
  public init() {}

  /// The cores asked for in a role; none when the role was not mentioned.
  public func cores(_ role: CoreRole) -> CoreSet {
    switch role {
    case .io: ioCores
    case .orders: orderCores
    case .timers: timersCores
    case .journal: journalCores
    }
  }

  /// Adds a core that the line does not name: an inner one of a range.
  mutating func insert(_ core: Int, _ role: CoreRole) {
    switch role {
    case .io: ioCores.insert(core)
    case .orders: orderCores.insert(core)
    case .timers: timersCores.insert(core)
    case .journal: journalCores.insert(core)
    }
  }

  /// Adds a core, and where the line names it.
  mutating func insert(_ core: Int, _ role: CoreRole, at word: Range<Int>) {
    insert(core, role)
    places[Self.index(core, role)] = Place(
      start: Int32(truncatingIfNeeded: word.lowerBound), end: Int32(truncatingIfNeeded: word.upperBound))
  }

  /// Where the line names the core.
  func place(of core: Int, _ role: CoreRole) -> Range<Int>? {
    guard let place = places[Self.index(core, role)] else { return nil }
    return Int(place.start)..<Int(place.end)
  }

  private static func index(_ core: Int, _ role: CoreRole) -> Int {
    Int(role.rawValue) * CoreSet.limit + core
  }
}
