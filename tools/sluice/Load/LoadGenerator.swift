import Histogram
import Sessions

/// Sends the orders of several clients in turn, over one socket, and times their answers.
struct LoadGenerator {
  /// How long an order may be without an answer before the guest is asked to send again what was missed.
  private static let patience: UInt64 = 250_000_000
  /// How long before it counts as lost.
  private static let lossTime: UInt64 = 3_000_000_000
  /// How often either is looked at, and progress shown.
  private static let checkInterval: UInt64 = 100_000_000
  /// Orders sent before answers are looked for.
  private static let mostInARow = 16

  private let socket: DatagramSocket
  private let pace: LoadPace
  private var clients: [LoadClient]
  private var clientOfName: [UInt64: Int] = [:]
  private var turn = 0
  private var counts = LoadCounts()
  private var latencies = Histogram<UInt64>(numberOfSignificantValueDigits: .three)
  private var start: UInt64 = 0
  private var end: UInt64 = 0
  private var nextCheck: UInt64 = 0

  init(socket: DatagramSocket, clients: [LoadClient], pace: LoadPace) {
    self.socket = socket
    self.clients = clients
    self.pace = pace
    for (index, client) in clients.enumerated() { clientOfName[Self.key(client.stream.name)] = index }
  }

  private static func key(_ name: ClientName) -> UInt64 { name.head ^ UInt64(name.tail) << 40 }

  private var waitingCount: Int { clients.reduce(0) { $0 + $1.waitingCount } }

  /// Sends what the extent asks for and waits for all answers.
  mutating func run(_ extent: LoadExtent, progress: (LoadProgress) -> Void) throws(CommandFailure) {
    start = monotonicNanoseconds()
    nextCheck = start + Self.checkInterval
    var now = start
    var waiting = 0
    while true {
      let left = left(of: extent, now)
      if left == 0 && waiting == 0 { break }
      let due = min(dueCount(now, waiting: waiting), left, Self.mostInARow)
      for _ in 0..<due { try sendNext(now) }
      waiting += due
      waiting -= try receiveAll(waiting: due > 0 ? 0 : pause(now, isOver: left == 0))
      now = monotonicNanoseconds()
      if now >= nextCheck {
        waiting -= try check(now)
        progress(progressNow(extent, now))
      }
    }
    end = now
  }

  /// How many orders may still be sent.
  private func left(of extent: LoadExtent, _ now: UInt64) -> Int {
    switch extent {
    case .orders(let count): max(0, count - counts.sent)
    case .nanoseconds(let time): now - start < time ? .max : 0
    }
  }

  /// How many orders should leave now.
  private func dueCount(_ now: UInt64, waiting: Int) -> Int {
    switch pace {
    case .closed(let window): max(0, window - waiting)
    case .open(let interval): max(0, Int((now - start) / interval) + 1 - counts.sent)
    }
  }

  /// How long nothing has to be sent.
  private func pause(_ now: UInt64, isOver: Bool) -> UInt64 {
    guard case .open(let interval) = pace, !isOver else { return Self.checkInterval }
    let next = start + UInt64(counts.sent) * interval
    return next > now ? next - now : 0
  }

  private mutating func sendNext(_ now: UInt64) throws(CommandFailure) {
    turn = (turn + 1) % clients.count
    var departure = now
    // An order that leaves late has been waiting since it should have left.
    if case .open(let interval) = pace { departure = min(now, start + UInt64(counts.sent) * interval) }
    try socket.send(clients[turn].nextDatagram(at: departure))
    counts.sent += 1
  }

  /// Takes all datagrams that are there; waits for the first if need be. Says how many orders they answer.
  private mutating func receiveAll(waiting nanoseconds: UInt64) throws(CommandFailure) -> Int {
    var answeredCount = 0
    var wait = nanoseconds
    for _ in 0..<64 {
      let received = try socket.receive(waiting: wait) { datagram in
        guard let packet = try? MoldPacket(checking: datagram),
          let index = clientOfName[Self.key(packet.session)]
        else { return }
        let now = monotonicNanoseconds()
        clients[index].take(packet, &counts) { departure in
          latencies.record(now > departure ? now - departure : 0)
          answeredCount += 1
        }
      }
      guard received else { break }
      wait = 0
    }
    counts.answered += answeredCount
    return answeredCount
  }

  /// Asks again for what is missing, and gives up on what is too old. Says how many that were.
  private mutating func check(_ now: UInt64) throws(CommandFailure) -> Int {
    nextCheck = now + Self.checkInterval
    var lost = 0
    for index in clients.indices {
      if clients[index].stream.hasGap || clients[index].isWaiting(since: now - Self.patience) {
        try socket.send(clients[index].stream.request)
        counts.askedAgain += 1
      }
      if now > Self.lossTime { lost += clients[index].giveUp(before: now - Self.lossTime) }
    }
    counts.lost += lost
    return lost
  }

  /// Cancels what is still live; what cannot be canceled in time stays.
  mutating func clear() throws(CommandFailure) {
    let deadline = monotonicNanoseconds() + 5_000_000_000
    while monotonicNanoseconds() < deadline {
      for index in clients.indices {
        while waitingCount < 32, let cancel = clients[index].nextCancel(at: monotonicNanoseconds()) {
          try socket.send(cancel)
        }
      }
      if waitingCount == 0 { return }
      if try receiveAll(waiting: Self.checkInterval) == 0 { _ = try check(monotonicNanoseconds()) }
    }
  }
}

extension LoadGenerator {
  private func progressNow(_ extent: LoadExtent, _ now: UInt64) -> LoadProgress {
    let share =
      switch extent {
      case .orders(let count): Double(counts.sent) / Double(count)
      case .nanoseconds(let time): Double(now - start) / Double(time)
      }
    return LoadProgress(
      share: min(1, share), answered: counts.answered, lost: counts.lost,
      ordersPerSecond: Double(counts.answered) * 1e9 / Double(now - start))
  }

  /// What was measured between the first order and the last answer.
  var result: LoadResult {
    func percentile(_ percent: Double) -> Double { Double(latencies.valueAtPercentile(percent)) / 1000 }
    return LoadResult(
      orders: counts.sent, answered: counts.answered, rejected: counts.rejected, executions: counts.executed,
      lostCount: counts.lost, lostMessages: clients.reduce(0) { $0 + $1.stream.lostCount },
      askedAgain: counts.askedAgain, seconds: Double(end - start) / 1e9,
      ordersPerSecond: Double(counts.answered) * 1e9 / Double(max(1, end - start)),
      latencyMicroseconds: LatencySummary(
        p50: percentile(50), p90: percentile(90), p99: percentile(99), p999: percentile(99.9),
        highest: counts.answered == 0 ? 0 : percentile(100)))
  }
}
