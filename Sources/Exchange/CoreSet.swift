/// A set of cores, by their numbers.
public struct CoreSet: Equatable, Sendable, BitwiseCopyable {
  /// How many cores are used at most; their numbers are below it.
  public static let limit = 16

  /// Bit i is set when core i is in the set.
  public private(set) var mask: UInt16

  public init() { mask = 0 }

  public init(_ core: Int) {
    mask = 0
    insert(core)
  }

  /// The cores of a range; the cores above the limit are left out.
  public init(_ cores: Range<Int>) {
    mask = 0
    for core in cores.clamped(to: 0..<Self.limit) { insert(core) }
  }

  public var isEmpty: Bool { mask == 0 }
  public var count: Int { mask.nonzeroBitCount }
  /// The lowest core; nothing in the empty set.
  public var first: Int? { next(from: 0) }

  public func contains(_ core: Int) -> Bool {
    core >= 0 && core < Self.limit && mask >> UInt16(core) & 1 == 1
  }

  /// The lowest core at or above `core`, to walk the set with.
  public func next(from core: Int) -> Int? {
    precondition(core >= 0, "a core's number is not negative")
    guard core < Self.limit else { return nil }
    let rest = mask >> UInt16(core)
    return rest == 0 ? nil : core + rest.trailingZeroBitCount
  }

  /// The core that has so many of the set's cores below it.
  public func core(at index: Int) -> Int {
    precondition(index >= 0 && index < count, "the set has so many cores")
    var core = first ?? 0
    for _ in 0..<index { core = next(from: core + 1) ?? core }
    return core
  }

  /// How many of the set's cores are below `core`: the core's place in the set, counted from 0.
  public func index(of core: Int) -> Int {
    precondition(contains(core), "the core is in the set")
    return (mask & ((1 << UInt16(core)) - 1)).nonzeroBitCount
  }

  public mutating func insert(_ core: Int) {
    precondition(core >= 0 && core < Self.limit, "cores are numbered from 0 to below the limit")
    mask |= 1 << UInt16(core)
  }

  public func subtracting(_ other: CoreSet) -> CoreSet {
    var rest = self
    rest.mask &= ~other.mask
    return rest
  }

  public func isSubset(of other: CoreSet) -> Bool { mask & ~other.mask == 0 }
}
