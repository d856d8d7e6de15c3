/// What a core can be for.
public enum CoreRole: UInt8, Sendable, BitwiseCopyable {
  /// Network I/O.
  case io
  /// Applies orders.
  case orders
  /// Keeps the clock of the balancer and the watch over the other cores.
  case timers
  /// Writes the journal.
  case journal

  public static let count = 4

  /// As it is called on the command line.
  public var name: StaticString {
    switch self {
    case .io: "io"
    case .orders: "orders"
    case .timers: "timers"
    case .journal: "journal"
    }
  }

  /// Whether several cores can share the role.
  var takesManyCores: Bool { self == .io || self == .orders }

  /// The role with this name in the line.
  init?(_ line: RawSpan, _ name: Range<Int>) {
    for value in 0..<UInt8(Self.count) {
      guard let role = CoreRole(rawValue: value), line.equals(role.name, name) else { continue }
      self = role
      return
    }
    return nil
  }
}

/// The roles of one core.
public struct CoreRoles: Equatable, Sendable, BitwiseCopyable {
  private var mask: UInt8 = 0

  public init() {}

  public var isEmpty: Bool { mask == 0 }
  public func contains(_ role: CoreRole) -> Bool { mask >> role.rawValue & 1 == 1 }
  public mutating func insert(_ role: CoreRole) { mask |= 1 << role.rawValue }
}
