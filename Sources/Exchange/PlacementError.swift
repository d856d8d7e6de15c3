/// A placement that can not be had; always a fault of who wrote the command line.
public struct PlacementError: Error {
  public enum Kind: Sendable, Equatable {
    // What `PlacementRequest.init` finds, before the cores are known.

    /// `cores=` with nothing behind it.
    case noRoles
    /// A word that is no role.
    case unknownRole
    /// A role for the second time.
    case repeatedRole
    /// A role with no core behind it.
    case roleWithoutCores
    /// A core before the first role.
    case coreWithoutRole
    /// A comma with nothing behind it, or nothing before it.
    case strayComma
    /// Neither a number nor a range.
    case unreadableCore
    /// A number above the last core that is ever used, `CoreSet.limit - 1`.
    case coreBeyondLimit
    /// A range whose end is before its beginning.
    case backwardRange
    /// A core that the role has already.
    case repeatedCore
    /// A second core for a role that takes one.
    case tooManyCores

    // What `PlacementRequest.resolve` finds, when the cores are known.

    /// A core that the machine does not have.
    case noSuchCore
    /// Network I/O without core 0, which boots, has the console and keeps the sessions.
    case sessionsCoreMissing
    /// The sessions core applies orders beside others: it does so alone or not at all.
    case sessionsCoreAmongOrderCores
    /// Every core does network I/O, and orders were not placed.
    case noCoreForOrders
  }

  /// Where the role or number stands in the command line; empty only with `noRoles`.
  public let word: Range<Int>
  public let kind: Kind
}
