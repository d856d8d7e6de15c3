import _Volatile

/// A device register in memory: every `load` and `store` is one access of exactly this width, in program order
/// with other registers' accesses.
///
/// SAFETY: whoever makes one answers for the address, so the accesses below are safe.
public struct Register<Value: FixedWidthInteger> {
  let address: UInt

  /// - Parameter address: where a device answers; mapped, and aligned to the width.
  @unsafe public init(address: UInt) { self.address = address }
}

extension Register<UInt8> {
  @inline(__always) public func load() -> UInt8 {
    unsafe VolatileMappedRegister<UInt8>(unsafeBitPattern: address).load()
  }
  @inline(__always) public func store(_ value: UInt8) {
    unsafe VolatileMappedRegister<UInt8>(unsafeBitPattern: address).store(value)
  }
}

extension Register<UInt16> {
  @inline(__always) public func load() -> UInt16 {
    unsafe VolatileMappedRegister<UInt16>(unsafeBitPattern: address).load()
  }
  @inline(__always) public func store(_ value: UInt16) {
    unsafe VolatileMappedRegister<UInt16>(unsafeBitPattern: address).store(value)
  }
}

extension Register<UInt32> {
  @inline(__always) public func load() -> UInt32 {
    unsafe VolatileMappedRegister<UInt32>(unsafeBitPattern: address).load()
  }
  @inline(__always) public func store(_ value: UInt32) {
    unsafe VolatileMappedRegister<UInt32>(unsafeBitPattern: address).store(value)
  }
}

extension Register<UInt64> {
  @inline(__always) public func load() -> UInt64 {
    unsafe VolatileMappedRegister<UInt64>(unsafeBitPattern: address).load()
  }
  @inline(__always) public func store(_ value: UInt64) {
    unsafe VolatileMappedRegister<UInt64>(unsafeBitPattern: address).store(value)
  }
}
