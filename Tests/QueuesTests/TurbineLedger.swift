/// What a turbine must do, told plainly: every place by itself, every rule by going through all of them.
///
/// It is told what the turbine did and keeps its complaints.
struct TurbineLedger {
  private enum Place: Equatable {
    case open
    case published(Int)
    case abandoned
  }

  let capacity: Int
  /// Of each consumer, those it depends on.
  let graph: [[Int]]
  private var places: [Place] = []
  private var alive: Set<Int>
  /// Of each consumer, the place behind its last message.
  private var cursors: [Int]
  private(set) var complaints: Set<String> = []

  init(capacity: Int, graph: [[Int]]) {
    self.capacity = capacity
    self.graph = graph
    alive = Set(graph.indices)
    cursors = graph.map { _ in 0 }
  }

  var placeCount: Int { places.count }
  var hasAbandonedPlaces: Bool { places.contains(.abandoned) }

  // MARK: - What happened

  mutating func claim(_ count: Int) -> Range<Int> {
    if let most = room(eager: true), count > most { complaints.insert("claimed before the slowest reader") }
    places += Array(repeating: .open, count: count)
    return places.count - count..<places.count
  }

  mutating func publish(_ range: Range<Int>, _ values: [Int]) {
    for (place, value) in zip(range, values) { places[place] = .published(value) }
  }

  mutating func abandon(_ range: Range<Int>) { for place in range { places[place] = .abandoned } }

  /// The only producer left with an open claim at the end: nothing of it was ever there.
  mutating func forget(_ range: Range<Int>) { places.removeSubrange(range) }

  mutating func depart(_ consumer: Int) { alive.remove(consumer) }

  mutating func read(_ consumer: Int, _ value: Int) {
    skip(consumer)
    let place = cursors[consumer]
    guard place < bound(of: consumer) else {
      complaints.insert(place < places.count ? "passed its dependency" : "read what is not there")
      return
    }
    if places[place] == .open { complaints.insert("read what is not published") }
    if places[place] != .published(value) { complaints.insert("read something else") }
    cursors[consumer] += 1
  }

  // MARK: - What is possible

  /// Messages that a consumer may read in one piece.
  func readable(_ consumer: Int) -> Int {
    var copy = self
    copy.skip(consumer)
    let first = copy.cursors[consumer]
    return places[first..<max(first, bound(of: consumer))].prefix {
      if case .published = $0 { true } else { false }
    }.count
  }

  /// Whether a consumer has read all there will be when no producer is left.
  func hasReadAll(_ consumer: Int) -> Bool {
    !places[cursors[consumer]...].contains { $0 != .abandoned }
  }

  /// Places that can be claimed; nothing when no consumer is left, since then it does not matter.
  ///
  /// - Parameter eager: consumers pass over abandoned places as soon as they can, else when they read beyond.
  func room(eager: Bool) -> Int? {
    var copy = self
    // In the order of the plan, so that those behind see those before them pass.
    if eager { for consumer in graph.indices where alive.contains(consumer) { copy.skip(consumer) } }
    return alive.map { copy.cursors[$0] }.min().map { capacity - (places.count - $0) }
  }

  /// Messages between the slowest consumer and the last place.
  var count: Int { alive.map { places.count - cursors[$0] }.max() ?? 0 }

  private mutating func skip(_ consumer: Int) {
    while cursors[consumer] < bound(of: consumer), places[cursors[consumer]] == .abandoned {
      cursors[consumer] += 1
    }
  }

  /// How far whom it depends on are; those that are gone stand for those that they depended on.
  private func bound(of consumer: Int) -> Int {
    graph[consumer].map { alive.contains($0) ? passed($0) : bound(of: $0) }.min() ?? places.count
  }

  /// How far a consumer may be at most: abandoned places behind its last message it may have passed over.
  private func passed(_ consumer: Int) -> Int {
    var place = cursors[consumer]
    let bound = bound(of: consumer)
    while place < bound, places[place] == .abandoned { place += 1 }
    return place
  }
}
