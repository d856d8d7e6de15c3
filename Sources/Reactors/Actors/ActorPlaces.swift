import Buffers
import Queues
public import Streams

/// The places of a store and which of them are free. Every operation is O(1).
///
/// A part of its own, because its size does not depend on what the store is generic over: of a type whose size does,
/// unspecialised code does not run the `deinit`, and a dropped store would lose its actors and their mail. Public, because
/// the image's other modules must see its `deinit`.
public struct ActorPlaces<Behaviour: RestartableProcess & ~Copyable>: ~Copyable {
  var slots: Table<ActorSlot<Behaviour>>
  private var firstFree: Int32 = 0
  /// Places that are taken.
  private(set) var count = 0

  init(count: Int, mailboxCapacity: Int, in arena: inout Arena) throws(ArenaError) {
    var slots = try Table(count: count, in: &arena) { place in
      ActorSlot<Behaviour>(nextFree: place + 1 < count ? Int32(place + 1) : -1)
    }
    for place in 0..<count { slots[place].mailbox = try RingBuffer(capacity: mailboxCapacity, in: &arena) }
    self.slots = slots
  }

  deinit {
    // A table does not end its elements.
    var slots = slots
    for place in 0..<slots.count {
      slots[place].mailbox = nil
      slots[place].process = nil
    }
  }

  @inline(__always)
  func contains(_ actor: ActorID) -> Bool {
    actor.index < slots.count && slots[actor.index].generation == actor.generation
  }

  /// The name of the actor in a place.
  @inline(__always)
  func id(of place: Int) -> ActorID {
    ActorID(place: UInt32(truncatingIfNeeded: place), generation: slots[place].generation)
  }

  var hasRoom: Bool { firstFree >= 0 }

  /// Puts a process into a free place; there must be one.
  mutating func take(_ process: consuming Behaviour, _ policy: FailurePolicy) -> Int {
    let place = Int(firstFree)
    firstFree = slots[place].nextFree
    slots[place].generation &+= 1
    slots[place].process = consume process
    slots[place].policy = policy
    count &+= 1
    return place
  }

  /// Takes the process out of its place, which is free then and whose mailbox must be empty.
  mutating func free(_ place: Int) -> Behaviour? {
    slots[place].isSuspended = false
    slots[place].generation &+= 1
    slots[place].nextFree = firstFree
    firstFree = Int32(truncatingIfNeeded: place)
    count &-= 1
    return slots[place].process.take()
  }
}
