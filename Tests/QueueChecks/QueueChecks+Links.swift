import Buffers
public import Queues
public import Streams
import Timing

extension QueueChecks {
  static func refusals<Report: CheckReport & ~Copyable>(_ report: inout Report, _ arena: inout Arena) {
    expectError(&report, .capacityOutOfRange(0), QueueProperties(capacity: 0), &arena)
    let tooLarge = QueueProperties.largestCapacity + 1
    expectError(&report, .capacityOutOfRange(tooLarge), QueueProperties(capacity: tooLarge), &arena)
    expectError(&report, .batchOutOfRange(5), QueueProperties(capacity: 4, batch: 5), &arena)
    expectError(&report, .cannotDropOldest, QueueProperties(capacity: 4, overflow: .dropOldest), &arena)
    expectError(&report, .memoryExhausted, QueueProperties(capacity: QueueProperties.largestCapacity), &arena)
  }

  private static func expectError<Report: CheckReport & ~Copyable>(
    _ report: inout Report, _ expected: QueueError, _ properties: QueueProperties, _ arena: inout Arena,
    line: UInt = #line
  ) {
    do throws(QueueError) {
      _ = try Channel<UInt64>.create(.link, over: .vec, properties, in: &arena)
      report.expect(false, "a link was made", line: line)
    } catch {
      report.expect(error == expected, "another error", line: line)
    }
  }

  static func vecLink<Report: CheckReport & ~Copyable>(_ report: inout Report, _ arena: inout Arena) {
    let queue = made(&report) { () throws(QueueError) in
      try Channel<UInt64>.create(.link, over: .vec, properties(), in: &arena)
    }
    guard let ends = queue?.link() else { return }
    link(&report, ends.producer, ends.consumer)
  }

  static func latencyLink<Report: CheckReport & ~Copyable>(_ report: inout Report, _ arena: inout Arena) {
    let queue = made(&report) { () throws(QueueError) in
      try Channel<UInt64>.create(.link, over: .latencyVec, properties(), in: &arena)
    }
    guard let ends = queue?.link() else { return }
    link(&report, ends.producer, ends.consumer)
  }

  static func turbineLink<Report: CheckReport & ~Copyable>(_ report: inout Report, _ arena: inout Arena) {
    let queue = made(&report) { () throws(QueueError) in
      try Channel<UInt64>.create(.link, over: .turbine, properties(), in: &arena) { _ in 0 }
    }
    guard let ends = queue?.link() else { return }
    link(&report, ends.producer, ends.consumer)
  }

  static func nodeLink<Report: CheckReport & ~Copyable>(_ report: inout Report, _ arena: inout Arena) {
    let queue = made(&report) { () throws(QueueError) in
      let pool = try NodePool<UInt64, HardwareWord>(capacity: 5, in: &arena)
      return try Channel<UInt64>.create(.link, over: .nodes, properties(), from: pool, in: &arena)
    }
    guard let ends = queue?.link() else { return }
    link(&report, ends.producer, ends.consumer)
  }

  /// Fills a link of four places and empties it, several times; then its producer leaves.
  public static func link<
    Report: CheckReport & ~Copyable, Producing: Producer & ~Copyable, Consuming: Consumer & ~Copyable
  >(
    _ report: inout Report, _ producer: consuming Producing, _ consumer: consuming Consuming
  ) where Producing.Message == UInt64, Consuming.Message == UInt64 {
    var next: UInt64 = 0
    for _ in 0..<5 {
      report.expect(number(consumer.poll(at: .zero)) == pending, "an empty link gave a message")
      for index in 0..<UInt64(4) {
        report.expect(producer.push(next + index) == nil, "refused with room", index)
      }
      report.expect(producer.push(99) == 99, "a full link took a message")
      for _ in 0..<4 {
        let seen = number(consumer.poll(at: .zero))
        report.expect(seen == next, "out of order", seen)
        next += 1
      }
    }
    report.expect(producer.push(next) == nil, "refused with room")
    leave(producer)
    report.expect(consumer.select(0) == nil, "picked without a budget")
    report.expect(number(consumer.poll(at: .zero)) == next, "the last message is lost")
    report.expect(number(consumer.poll(at: .zero)) == ended, "no end behind the last message")
  }

  private static func leave<End: ~Copyable>(_ end: consuming End) {}

  static func batches<Report: CheckReport & ~Copyable>(_ report: inout Report, _ arena: inout Arena) {
    let queue = made(&report) { () throws(QueueError) in
      try Channel<UInt64>.create(.link, over: .vec, properties(capacity: 5), in: &arena)
    }
    guard var ends = queue?.link() else { return }
    var next: UInt64 = 0
    for _ in 0..<4 {
      let first = next
      var pushed = ends.producer.push(upTo: 3) { first + UInt64($0) }
      report.expect(pushed == 3, "a batch with room", UInt64(pushed))
      pushed = ends.producer.push(upTo: 3) { first + 3 + UInt64($0) }
      report.expect(pushed == 2, "a batch cut at the room", UInt64(pushed))
      var isInOrder = true
      let drained = ends.consumer.drain(upTo: 9) {
        isInOrder = isInOrder && $0 == next
        next += 1
      }
      report.expect(drained == 5, "all that was there", UInt64(drained))
      report.expect(isInOrder, "out of order before", next)
    }
  }

  static func dropsNewest<Report: CheckReport & ~Copyable>(_ report: inout Report, _ arena: inout Arena) {
    let queue = made(&report) { () throws(QueueError) in
      try Channel<UInt64>.create(.link, over: .vec, properties(overflow: .dropNewest), in: &arena)
    }
    guard var ends = queue?.link() else { return }
    for index in 0..<7 { report.expect(ends.producer.push(UInt64(index)) == nil, "given back") }
    report.expect(ends.producer.droppedCount == 3, "dropped", ends.producer.droppedCount)
    for index in 0..<4 {
      let seen = number(ends.consumer.poll(at: .zero))
      report.expect(seen == UInt64(index), "the oldest are kept", seen)
    }
  }

  static func dropsOldest<Report: CheckReport & ~Copyable>(_ report: inout Report, _ arena: inout Arena) {
    let queue = made(&report) { () throws(QueueError) in
      try Channel<UInt64>.create(.link, over: .overwritingVec, properties(overflow: .dropOldest), in: &arena)
    }
    guard var ends = queue?.link() else { return }
    for index in 0..<11 { report.expect(ends.producer.push(UInt64(index)) == nil, "given back") }
    let first = number(ends.consumer.poll(at: .zero))
    let lost = ends.consumer.takeLostCount()
    report.expect(lost == first && lost >= 7, "lost before the first that is left", lost)
    for index in min(first, 10) + 1..<11 {
      let seen = number(ends.consumer.poll(at: .zero))
      report.expect(seen == index, "the newest are kept", seen)
    }
    report.expect(ends.consumer.takeLostCount() == 0, "told twice")
  }

  static func pressure<Report: CheckReport & ~Copyable>(_ report: inout Report, _ arena: inout Arena) {
    let queue = made(&report) { () throws(QueueError) in
      try Channel<UInt64>.create(
        .link, over: .vec, properties(watermarks: Watermarks(low: 1, high: 3)), in: &arena)
    }
    guard var ends = queue?.link() else { return }
    for round in 0..<3 {
      for _ in 0..<4 { _ = ends.producer.push(0) }
      report.expect(ends.producer.pressureChange() == .on, "not turned on in round", UInt64(round))
      report.expect(ends.producer.pressureChange() == nil, "told twice in round", UInt64(round))
      for _ in 0..<4 { _ = ends.consumer.poll(at: .zero) }
      report.expect(ends.producer.pressureChange() == .off, "not turned off in round", UInt64(round))
      report.expect(ends.producer.pressureChange() == nil, "told twice in round", UInt64(round))
    }
  }

  static func wakes<Report: CheckReport & ~Copyable>(_ report: inout Report, _ arena: inout Arena) {
    let hook = WakeHook(context: 0) { _ in WakeCount.add() }
    let queue = made(&report) { () throws(QueueError) in
      try Channel<UInt64>.create(.link, over: .vec, properties(waiting: .wake(hook)), in: &arena)
    }
    guard var ends = queue?.link() else { return }
    _ = ends.producer.push(0)
    report.expect(WakeCount.take() == 0, "woken without asking")
    report.expect(ends.consumer.armWakeup(), "sleeps on a message")
    _ = ends.consumer.poll(at: .zero)
    report.expect(!ends.consumer.armWakeup(), "found a message in an empty link")
    for _ in 0..<3 { _ = ends.producer.push(0) }
    let count = WakeCount.take()
    report.expect(count == 1, "woken, times", count)
  }
}
