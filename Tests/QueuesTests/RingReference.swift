/// Who gets the messages of a queue.
enum Delivery {
  /// All consumers together: each message goes to one of them.
  case together
  /// The one consumer, from a ring of each producer's own.
  case fromEach
  /// Every consumer.
  case toEach
  /// Every consumer, but for those that were overwritten.
  case overwriting
}

/// The plain queue that the real ones are compared with: arrays, one for each producer or each consumer.
struct RingReference {
  /// A queue of numbers.
  private struct Lane {
    private var numbers: [UInt64] = []
    private var first = 0
    var lost: UInt64 = 0
    var count: Int { numbers.count - first }
    var head: UInt64? { count > 0 ? numbers[first] : nil }
    mutating func append(_ number: UInt64) { numbers.append(number) }
    mutating func removeHead() {
      first += 1
      guard first > 100_000 else { return }
      numbers.removeFirst(first)
      first = 0
    }
  }

  private let delivery: Delivery
  private let capacity: Int
  private var lanes: [Lane]

  init(_ delivery: Delivery, capacity: Int, producers: Int, consumers: Int) {
    self.delivery = delivery
    self.capacity = capacity
    let count =
      switch delivery {
      case .together: 1
      case .fromEach: producers
      case .toEach, .overwriting: consumers
      }
    lanes = Array(repeating: Lane(), count: count)
  }

  /// How many more a producer may push.
  func room(of producer: Int) -> Int {
    switch delivery {
    case .together: capacity - lanes[0].count
    case .fromEach: capacity - lanes[producer].count
    case .toEach: capacity - lanes.map(\.count).max()!
    case .overwriting: .max
    }
  }

  mutating func push(_ id: UInt64, by producer: Int) {
    switch delivery {
    case .together: lanes[0].append(id)
    case .fromEach: lanes[producer].append(id)
    case .toEach: for index in lanes.indices { lanes[index].append(id) }
    case .overwriting:
      for index in lanes.indices {
        lanes[index].append(id)
        guard lanes[index].count > capacity else { continue }
        lanes[index].removeHead()
        lanes[index].lost += 1
      }
    }
  }

  /// Takes `id` as what the consumer got; false when it cannot have got that.
  mutating func take(_ id: UInt64, by consumer: Int) -> Bool {
    switch delivery {
    case .together: return take(id, from: 0)
    case .toEach, .overwriting: return take(id, from: consumer)
    case .fromEach:
      guard let lane = lanes.firstIndex(where: { $0.head == id }) else { return false }
      return take(id, from: lane)
    }
  }

  private mutating func take(_ id: UInt64, from lane: Int) -> Bool {
    guard lanes[lane].head == id else { return false }
    lanes[lane].removeHead()
    return true
  }

  /// How many messages there are for a consumer.
  func count(for consumer: Int) -> Int {
    switch delivery {
    case .together, .fromEach: lanes.reduce(0) { $0 + $1.count }
    case .toEach, .overwriting: lanes[consumer].count
    }
  }

  /// Messages the consumer lost since it was asked last.
  mutating func takeLostCount(of consumer: Int) -> UInt64 {
    guard delivery == .overwriting else { return 0 }
    defer { lanes[consumer].lost = 0 }
    return lanes[consumer].lost
  }
}
