public import Buffers

/// A preallocated array whose places are taken and given back: the store beside the queues. It is no discipline, since
/// nothing in it waits to be picked; whoever holds a key finds its element.
///
/// A key names a place and which of the place's tenants is meant, so the key of an element that has gone is refused and
/// never finds the next tenant, until the place has had 2^32 of them. Every operation is O(1). Within one core.
public struct ArrayStore<Element: ~Copyable>: ~Copyable {
  /// Names an element for as long as it is in the store. Only the store that gave it understands it.
  public struct Key: Equatable, Sendable, BitwiseCopyable {
    fileprivate let place: UInt32
    fileprivate let tenant: UInt32

    /// The place's number, 0 to the capacity - 1: no two elements that are in the store share one.
    public var index: Int { Int(place) }
  }

  /// What became of an element that was to be stored.
  public enum Insertion: ~Copyable {
    case stored(Key)
    /// There was no room: here it is again.
    case full(Element)
  }

  private struct Place {
    var tenant: UInt32 = 0
    var isTaken = false
    /// The next free place, while this one is free; -1 at the end.
    var next: Int32
  }

  private let elements: Slots<Element, HardwareWord>
  private var places: Table<Place>
  private var firstFree: Int32 = 0
  /// Elements in the store.
  public private(set) var count = 0

  /// Room for `capacity` elements, 1 to `QueueProperties.largestCapacity`. Complexity: O(`capacity`). Context: boot.
  public init(capacity: Int, in arena: inout Arena) throws(QueueError) {
    guard capacity > 0, capacity <= QueueProperties.largestCapacity else {
      throw .capacityOutOfRange(capacity)
    }
    do throws(ArenaError) {
      let elements = try Slots<Element, HardwareWord>(capacity: capacity, in: &arena)
      places = try Table(count: capacity, in: &arena) { index in
        Place(next: index + 1 == capacity ? -1 : Int32(index + 1))
      }
      self.elements = elements
    } catch {
      throw QueueError(error)
    }
  }

  deinit {
    for index in 0..<places.count where places[index].isTaken { _ = elements.take(at: UInt64(index)) }
  }

  /// Elements the store holds at most.
  public var capacity: Int { places.count }

  /// Stores an element, or gives it back when there is no room.
  public mutating func insert(_ element: consuming Element) -> Insertion {
    guard firstFree >= 0 else { return .full(element) }
    let index = Int(firstFree)
    firstFree = places[index].next
    places[index].isTaken = true
    elements.put(element, at: UInt64(truncatingIfNeeded: index))
    count &+= 1
    return .stored(Key(place: UInt32(truncatingIfNeeded: index), tenant: places[index].tenant))
  }

  /// Takes an element out; nothing when the key is stale.
  public mutating func remove(_ key: Key) -> Element? {
    guard contains(key) else { return nil }
    places[key.index].isTaken = false
    places[key.index].tenant &+= 1
    places[key.index].next = firstFree
    firstFree = Int32(truncatingIfNeeded: key.index)
    count &-= 1
    return elements.take(at: UInt64(key.place))
  }

  /// Whether the key's element is in the store.
  public func contains(_ key: Key) -> Bool {
    guard key.index < places.count else { return false }
    let place = places[key.index]
    return place.isTaken && place.tenant == key.tenant
  }

  /// Lets `body` look at an element and change it in its place; nothing when the key is stale.
  public mutating func withElement<Result>(_ key: Key, _ body: (inout Element) -> Result) -> Result? {
    guard contains(key) else { return nil }
    return body(&elements[UInt64(key.place)])
  }
}

extension ArrayStore where Element: Copyable {
  /// The key's element; nothing when the key is stale.
  public subscript(key: Key) -> Element? { contains(key) ? elements[UInt64(key.place)] : nil }
}
