/// Adds up how long something takes.
public struct Stopwatch {
  public private(set) var nanoseconds: Int64 = 0

  public init() {}

  @inline(__always)
  public mutating func measure<Result>(_ body: () -> Result) -> Result {
    let clock = ContinuousClock()
    let began = clock.now
    let result = body()
    let (seconds, attoseconds) = (clock.now - began).components
    nanoseconds += seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    return result
  }
}
