public import Buffers
import Queues
public import Reactors
public import Timing

/// How many messages the checks between cores send, and how long a run may take.
public struct TrafficSize: Sendable {
  /// Each way between two cores.
  public var link: Int
  /// Of every other queue.
  public var queue: Int
  /// So long that a run which is not done by then will never be.
  public var patience: Duration

  public init(link: Int, queue: Int, patience: Duration = .seconds(30)) {
    self.link = link
    self.queue = queue
    self.patience = patience
  }
}

extension QueueChecks {
  /// What queues must do between the driver's cores, or on its only one: nothing is lost, doubled or out of order, no
  /// wake-up is lost, and no interrupt is sent that was not asked for.
  public static func traffic<Report: CheckReport & ~Copyable, Core: ReactorCore & ~Copyable>(
    _ report: inout Report, _ driver: inout TrafficDriver<Core>, _ size: TrafficSize, in arena: inout Arena
  ) {
    let runs = TrafficRuns(size: size)
    runs.links(&report, &driver, &arena)
    runs.manyProducers(&report, &driver, &arena)
    runs.ownedMessages(&report, &driver, &arena)
  }

  /// The control: hooks with a fault must be noticed. Nothing can be run with the driver afterwards.
  public static func faultyTraffic<Report: CheckReport & ~Copyable, Core: ReactorCore & ~Copyable>(
    _ report: inout Report, _ driver: inout TrafficDriver<Core>, in arena: inout Arena
  ) {
    report.run("cores: a hook that wakes twice is noticed") { report in
      guard let flow = faulty(.repeats, &report, &driver, &arena) else { return }
      report.expect(driver.isDone(within: .seconds(30)), "did not end")
      report.expect(flow.sentTooMany, "it was not noticed")
    }
    report.run("cores: a hook that forgets to wake is noticed") { report in
      guard let flow = faulty(.forgets, &report, &driver, &arena) else { return }
      report.expect(!driver.isDone(within: .milliseconds(500)), "it was not noticed")
      let received = flow.ledger.value.received.load()
      report.expect(received > 0 && received < UInt64(flow.count), "messages that came", received)
    }
  }

  private static func faulty<Report: CheckReport & ~Copyable, Core: ReactorCore & ~Copyable>(
    _ fault: WakeFault, _ report: inout Report, _ driver: inout TrafficDriver<Core>, _ arena: inout Arena
  ) -> TrafficFlow? {
    made(&report) { () throws(QueueError) in
      try driver.vec(
        from: driver.other(0), to: 0, 50_000, longestBurst: 2, settles: false, fault: fault, in: &arena)
    }
  }
}
