public import Machine

/// Where devices are.
extension PCITransport {
  /// The first modern virtio device of `type` on the bus (1 network, 2 block). Context: boot.
  public static func find(type: UInt16) -> PCIFunction? {
    var found: PCIFunction?
    PCIFunction.forEach { function in
      if found == nil && isDevice(function, ofType: type) { found = function }
    }
    return found
  }
}
