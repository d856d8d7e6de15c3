/// How urgent an interrupt is: one of a higher level interrupts the task of a lower one, never the other way round.
///
/// A level is a priority class of the local APIC, 0xA to 0xD, above those of the deferred sources (Intel SDM 3A,
/// 11.8.3).
public enum UrgentLevel: UInt8, Comparable, Sendable {
  case lowest = 1
  case low
  case high
  case highest

  public static func < (left: UrgentLevel, right: UrgentLevel) -> Bool { left.rawValue < right.rawValue }

  /// The class of its vectors: a task priority as high holds them back.
  @inline(__always) var priorityClass: UInt { 9 &+ UInt(rawValue) }
}

/// The place of one urgent interrupt: four in each level.
public struct UrgentSlot: Sendable {
  public static let countOfLevel = 4

  public let level: UrgentLevel
  /// Of its level, 0 to `countOfLevel` - 1.
  public let number: Int

  public init(_ level: UrgentLevel, _ number: Int) {
    precondition(number >= 0 && number < Self.countOfLevel, "an urgent level has the slots 0 to 3")
    self.level = level
    self.number = number
  }

  /// The vector that a device sends; it may be sent only when a task is registered.
  public var vector: UInt8 { UInt8(level.priorityClass) << 4 | UInt8(number) }

  /// Of all slots, the first of the lowest level first.
  var index: Int { (Int(level.rawValue) - 1) * Self.countOfLevel + number }
}
