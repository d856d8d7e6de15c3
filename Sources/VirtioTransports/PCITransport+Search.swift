public import Machine

/// Where devices are.
extension PCITransport {
  /// The modern virtio device of `type` (1 network, 2 block) with that number, counted from 1 in the bus's order.
  /// Context: boot.
  public static func find(type: UInt16, number: Int = 1) -> PCIFunction? {
    var found: PCIFunction?
    var count = 0
    PCIFunction.forEach { function in
      guard isDevice(function, ofType: type) else { return }
      count += 1
      if count == number { found = function }
    }
    return found
  }
}
