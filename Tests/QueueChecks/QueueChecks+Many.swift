import Buffers
import Queues
import Streams
import Timing

extension QueueChecks {
  static func vecSub<Report: CheckReport & ~Copyable>(_ report: inout Report, _ arena: inout Arena) {
    let queue = made(&report) { () throws(QueueError) in
      try Channel<UInt64>.create(.sub, over: .vec, producers: 2, properties(), in: &arena)
    }
    guard var queue else { return }
    guard var first = made(&report, { () throws(QueueError) in try queue.pub() }) else { return }
    guard var second = made(&report, { () throws(QueueError) in try queue.pub() }) else { return }
    var consumer = queue.sub()
    var next: (UInt64, UInt64) = (0, 100)
    for round in 0..<4 {
      for index in 0..<4 {
        report.expect(first.push(UInt64(4 * round + index)) == nil, "refused with room")
        report.expect(second.push(UInt64(100 + 4 * round + index)) == nil, "refused with room")
      }
      for _ in 0..<8 {
        let seen = number(consumer.poll(at: .zero))
        report.expect(seen == next.0 || seen == next.1, "out of order", seen)
        if seen == next.0 { next.0 += 1 } else { next.1 += 1 }
      }
    }
    report.expect(next == (16, 116), "taken of the first producer", next.0)
    report.expect(number(consumer.poll(at: .zero)) == pending, "a message nobody sent")
  }

  static func nodeSub<Report: CheckReport & ~Copyable>(_ report: inout Report, _ arena: inout Arena) {
    let queue = made(&report) { () throws(QueueError) in
      let pool = try NodePool<UInt64, HardwareWord>(capacity: 5, in: &arena)
      return try Channel<UInt64>.create(.sub, over: .nodes, properties(), from: pool, in: &arena)
    }
    guard var ends = queue?.sub() else { return }
    var other = ends.producer.another()
    for round in 0..<4 {
      for index in 0..<2 {
        report.expect(ends.producer.push(UInt64(4 * round + 2 * index)) == nil, "refused with room")
        report.expect(other.push(UInt64(4 * round + 2 * index + 1)) == nil, "refused with room")
      }
      report.expect(other.push(99) == 99, "a full queue took a message")
      for index in 0..<4 {
        let seen = number(ends.consumer.poll(at: .zero))
        report.expect(seen == UInt64(4 * round + index), "out of order", seen)
      }
    }
  }

  static func vecPub<Report: CheckReport & ~Copyable>(_ report: inout Report, _ arena: inout Arena) {
    let queue = made(&report) { () throws(QueueError) in
      try Channel<UInt64>.create(.pub, over: .vec, consumers: 2, properties(), in: &arena)
    }
    guard var queue else { return }
    guard var first = made(&report, { () throws(QueueError) in try queue.sub() }) else { return }
    guard var second = made(&report, { () throws(QueueError) in try queue.sub() }) else { return }
    var producer = queue.pub()
    for round in 0..<4 {
      for index in 0..<4 {
        report.expect(producer.push(UInt64(4 * round + index)) == nil, "refused with room")
      }
      for index in 0..<4 {
        let seen = number(first.poll(at: .zero))
        report.expect(seen == UInt64(4 * round + index), "the first saw", seen)
      }
      report.expect(producer.push(99) == 99, "the slower consumer was overrun")
      for index in 0..<4 {
        let seen = number(second.poll(at: .zero))
        report.expect(seen == UInt64(4 * round + index), "the second saw", seen)
      }
    }
  }

  static func turbine<Report: CheckReport & ~Copyable>(_ report: inout Report, _ arena: inout Arena) {
    var plan = TurbinePlan()
    let (left, right) = (plan.consumer(), plan.consumer())
    let last = plan.consumer(after: left, right)
    let queue = made(&report) { () throws(QueueError) in
      try Channel<UInt64>.create(.pub, over: .turbine, properties(), plan, in: &arena) { _ in 0 }
    }
    guard var ends = queue?.link() else { return }
    guard var first = ends.consumers.take(left), var second = ends.consumers.take(right),
      var third = ends.consumers.take(last)
    else { return report.expect(false, "a consumer is missing") }
    for round in 0..<4 {
      let pushed = ends.producer.push(upTo: 4) { UInt64(4 * round + $0) }
      report.expect(pushed == 4, "refused with room", UInt64(pushed))
      for index in 0..<4 {
        let expected = UInt64(4 * round + index)
        report.expect(number(third.poll(at: .zero)) == pending, "passed both", expected)
        report.expect(number(first.poll(at: .zero)) == expected, "the first did not see", expected)
        report.expect(number(third.poll(at: .zero)) == pending, "passed the second", expected)
        report.expect(number(second.poll(at: .zero)) == expected, "the second did not see", expected)
        report.expect(number(third.poll(at: .zero)) == expected, "the third did not see", expected)
      }
    }
  }

  static func priorities<Report: CheckReport & ~Copyable>(_ report: inout Report, _ arena: inout Arena) {
    order(&report, &arena, .strict(2), expected: [0, 1, 2, 100, 101, 102])
    order(&report, &arena, .weighted([2, 1]), expected: [0, 1, 100, 2, 101, 102])
  }

  private static func order<Report: CheckReport & ~Copyable>(
    _ report: inout Report, _ arena: inout Arena, _ classes: PriorityClasses, expected: InlineArray<6, UInt64>
  ) {
    let queue = made(&report) { () throws(QueueError) in
      try PriorityLink<UInt64, HardwareWord>(properties(), classes: classes, in: &arena)
    }
    guard var ends = queue?.link() else { return }
    for index in 0..<3 {
      _ = ends.producer.push(UInt64(100 + index), class: 1)
      _ = ends.producer.push(UInt64(index), class: 0)
    }
    for index in expected.indices {
      let seen = number(ends.consumer.poll(at: .zero))
      report.expect(seen == expected[index], "out of turn", seen)
    }
  }
}
