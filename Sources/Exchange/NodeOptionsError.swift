/// A word of the command line that the kernel does not follow.
public struct NodeOptionsError: Error {
  public enum Kind: Sendable, Equatable {
    case unknownWord
    case unreadableAddress
    case unreadableNumber
    /// Expected was `SIZE@ADDRESS:INTERRUPT`.
    case unreadableDevice
    /// There are `DeviceSlots.most` already.
    case tooManyDevices
    /// What is wrong with the value of `cores=`.
    case cores(PlacementError.Kind)
  }

  /// Where the word, or the part of it that is meant, stands in the line; never empty.
  public let word: Range<Int>
  public let kind: Kind

  public init(word: Range<Int>, kind: Kind) {
    (self.word, self.kind) = (word, kind)
  }
}
