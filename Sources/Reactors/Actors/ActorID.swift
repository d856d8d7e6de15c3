/// Names one actor for ever: its place in the store, and which of the place's actors it is. A name that has outlived its
/// actor is recognised and reaches nobody, until the place has had 2^31 of them. Only the store that gave it
/// understands it.
public struct ActorID: Equatable, Hashable, Sendable, BitwiseCopyable {
  let place: UInt32
  let generation: UInt32

  /// The place's number, 0 to the store's limit - 1: no two living actors of a store share one.
  @inline(__always) public var index: Int { Int(place) }
}
