/// A place at which a virtio device without a bus answers (Virtio 1.2, 4.2).
public struct DeviceSlot: Sendable, Equatable {
  /// Of its first register.
  public var address: UInt64
  /// Of its registers, in bytes.
  public var byteCount: UInt64
  /// The number of its interrupt: below 16 a line of the ISA bus, else an input among those of all I/O APICs.
  public var interrupt: UInt32

  public init(address: UInt64, byteCount: UInt64, interrupt: UInt32) {
    self.address = address
    self.byteCount = byteCount
    self.interrupt = interrupt
  }
}

/// The places that a command line names, in its order.
public struct DeviceSlots: Sendable {
  public static let most = 16

  private var slots: InlineArray<16, DeviceSlot?> = InlineArray(repeating: nil)
  public private(set) var count = 0

  public init() {}

  public subscript(index: Int) -> DeviceSlot {
    precondition(index >= 0 && index < count, "the slot is one of those there are")
    return slots[index]!
  }

  /// Whether there was room for it.
  public mutating func add(_ slot: DeviceSlot) -> Bool {
    guard count < Self.most else { return false }
    slots[count] = slot
    count += 1
    return true
  }
}
