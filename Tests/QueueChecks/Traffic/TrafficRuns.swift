import Buffers
import Queues
import Reactors

/// The checks between cores, one after the other.
struct TrafficRuns {
  let size: TrafficSize

  /// Queues with one producer and one consumer.
  func links<Report: CheckReport & ~Copyable, Core: ReactorCore & ~Copyable>(
    _ report: inout Report, _ driver: inout TrafficDriver<Core>, _ arena: inout Arena
  ) {
    let (other, size) = (driver.other(0), size)
    run("cores: VecLink, both ways, with halts", &report, &driver, &arena) {
      (driver, arena) throws(QueueError) in
      TrafficPair(
        try driver.vec(from: other, to: 0, size.link, in: &arena),
        try driver.vec(from: 0, to: other, size.link, in: &arena))
    }
    run("cores: a full link holds its producer back", &report, &driver, &arena, isFull: true) {
      (driver, arena) throws(QueueError) in
      TrafficPair(
        try driver.vec(from: other, to: 0, size.queue, capacity: 4, longestBurst: 64, in: &arena),
        try driver.vec(from: 0, to: other, size.queue, capacity: 4, longestBurst: 64, in: &arena))
    }
    run("cores: LatencyLink, both ways", &report, &driver, &arena) { (driver, arena) throws(QueueError) in
      TrafficPair(
        try driver.latency(from: other, to: 0, size.queue, in: &arena),
        try driver.latency(from: 0, to: other, size.queue, in: &arena))
    }
    run("cores: TurbineLink, both ways", &report, &driver, &arena) { (driver, arena) throws(QueueError) in
      TrafficPair(
        try driver.turbine(from: other, to: 0, size.queue, in: &arena),
        try driver.turbine(from: 0, to: other, size.queue, in: &arena))
    }
    run("cores: PriorityLink, each class in order", &report, &driver, &arena) {
      (driver, arena) throws(QueueError) in
      TrafficPair(try driver.priority(from: other, to: 0, size.queue, in: &arena))
    }
  }

  /// Queues of nodes, and of three producers on as many cores as there are.
  func manyProducers<Report: CheckReport & ~Copyable, Core: ReactorCore & ~Copyable>(
    _ report: inout Report, _ driver: inout TrafficDriver<Core>, _ arena: inout Arena
  ) {
    let (other, size) = (driver.other(0), size)
    let made = QueueChecks.made(&report) { () throws(QueueError) in
      try NodePool<UInt64, HardwareWord>(capacity: 96, in: &arena)
    }
    guard let nodes = made else { return }
    run("cores: NodeLink, both ways", &report, &driver, &arena) { (driver, arena) throws(QueueError) in
      TrafficPair(
        try driver.node(from: other, to: 0, size.queue, nodes, in: &arena),
        try driver.node(from: 0, to: other, size.queue, nodes, in: &arena))
    }
    run("cores: VecSub, three producers", &report, &driver, &arena) { (driver, arena) throws(QueueError) in
      TrafficPair(try driver.vecSub(size.queue, in: &arena))
    }
    run("cores: NodeSub, three producers", &report, &driver, &arena) { (driver, arena) throws(QueueError) in
      TrafficPair(try driver.nodeSub(size.queue, nodes, in: &arena))
    }
    report.run("cores: all nodes are back") { report in
      report.expect(nodes.lentCount == 0, "nodes are missing", UInt64(nodes.lentCount))
    }
  }

  /// Messages that are owned, and whose memory goes back to the core it came from.
  func ownedMessages<Report: CheckReport & ~Copyable, Core: ReactorCore & ~Copyable>(
    _ report: inout Report, _ driver: inout TrafficDriver<Core>, _ arena: inout Arena
  ) {
    let (other, size) = (driver.other(0), size)
    let made = QueueChecks.made(&report) { () throws(QueueError) in
      (
        try BufferPool<HardwareWord>(capacity: 8, byteCount: 2_048, in: &arena),
        try BufferPool<HardwareWord>(capacity: 8, byteCount: 2_048, in: &arena)
      )
    }
    guard let (own, others) = made else { return }
    run("cores: buffers of two pools, both ways", &report, &driver, &arena, isFull: true) {
      (driver, arena) throws(QueueError) in
      TrafficPair(
        try driver.buffers(from: other, to: 0, size.queue, others, in: &arena),
        try driver.buffers(from: 0, to: other, size.queue, own, in: &arena))
    }
    report.run("cores: all buffers are back") { report in
      report.expect(own.lentCount == 0, "buffers of the first core are missing", UInt64(own.lentCount))
      report.expect(others.lentCount == 0, "buffers of the other are missing", UInt64(others.lentCount))
    }
    run("cores: frames travel and return", &report, &driver, &arena) { (driver, arena) throws(QueueError) in
      TrafficPair(try driver.frames(to: other, size.queue, in: &arena))
    }
  }

  /// Places one or two queues, waits until they are done, and checks them.
  ///
  /// - Parameter isFull: whether there must have been no room at times.
  private func run<Report: CheckReport & ~Copyable, Core: ReactorCore & ~Copyable>(
    _ name: StaticString, _ report: inout Report, _ driver: inout TrafficDriver<Core>, _ arena: inout Arena,
    isFull: Bool = false, _ place: (inout TrafficDriver<Core>, inout Arena) throws(QueueError) -> TrafficPair
  ) {
    report.run(name) { report in
      let made = QueueChecks.made(&report) { () throws(QueueError) in try place(&driver, &arena) }
      guard let pair = made else { return }
      let isDone = driver.isDone(within: size.patience)
      report.expect(isDone, "did not end: somebody sleeps whom nobody woke")
      pair.check(&report, isFull: isFull)
    }
  }
}

/// The queues of one run.
struct TrafficPair {
  let first: TrafficFlow
  let second: TrafficFlow?

  init(_ first: TrafficFlow, _ second: TrafficFlow? = nil) {
    self.first = first
    self.second = second
  }

  func check<Report: CheckReport & ~Copyable>(_ report: inout Report, isFull: Bool) {
    first.check(&report)
    second?.check(&report)
    guard isFull else { return }
    let refused = first.ledger.value.refused.load() + (second?.ledger.value.refused.load() ?? 0)
    report.expect(refused > 0, "there was always room")
  }
}
