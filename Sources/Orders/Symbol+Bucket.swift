extension Symbol {
  /// How many buckets there are.
  public static var bucketCount: Int { 256 }

  /// The bucket of everything that concerns this symbol, 0 to 255: the unit in which order flow is spread over
  /// engines, and in which order and match numbers are counted.
  ///
  /// Part of what a journal means: the numbers in answers depend on it, so it may never change. Its multiplier is not
  /// one that `HashIndex` is seeded with, since an engine that has some buckets only would then fill a part of its
  /// tables only. Complexity: one multiplication.
  public var bucket: UInt8 {
    @inline(__always) get { UInt8(truncatingIfNeeded: (rawValue &* 0x4BA0_CE1D_B41D_CF77) &>> 56) }
  }
}
