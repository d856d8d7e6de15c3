/// A created timer. The id of a destroyed one is refused, until its place was given away 2^32 times again.
public struct TimerID: Equatable, Sendable, BitwiseCopyable {
  let index: Int32
  let generation: UInt32
}
