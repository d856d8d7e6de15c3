/// A register in the processor's port space.
public struct Port: Sendable {
  let number: UInt16

  @unsafe public init(_ number: UInt16) { self.number = number }

  public func read8() -> UInt8 { portRead8(number) }
  public func read32() -> UInt32 { portRead32(number) }
  public func write8(_ value: UInt8) { portWrite8(number, value) }
  public func write32(_ value: UInt32) { portWrite32(number, value) }
}
