import Buffers
import Machine
import Queues
import Streams
import Timing

/// What the queues' operations take in instructions: a message in and out, on one core.
enum QueueCosts {
  static func run(_ report: inout TestReport, _ core: borrowing Core, in arena: inout Arena) {
    report.count("three known instructions") { report in
      let count = InstructionCount.ofThree(core)
      report.expect(count.hundredths == 300, "not counted in instructions: hundredths", count.hundredths)
      return count
    }
    report.count("VecLink, 8 bytes, push and poll") { Links<UInt64>.vec(&$0, &arena) }
    report.count("VecLink, 64 bytes, push and poll") { Links<Line>.vec(&$0, &arena) }
    report.count("VecLink, 8 bytes, in batches of 16") { Links<UInt64>.vecBatches(&$0, &arena) }
    report.count("VecLink, 64 bytes, in batches of 16") { Links<Line>.vecBatches(&$0, &arena) }
    report.count("LatencyLink, 8 bytes, push and poll") { Links<UInt64>.latency(&$0, &arena) }
    report.count("LatencyLink, 64 bytes, push and poll") { Links<Line>.latency(&$0, &arena) }
    report.count("TurbineLink, 8 bytes, push and poll") { Links<UInt64>.turbine(&$0, &arena) }
    report.count("TurbineLink, 64 bytes, push and poll") { Links<Line>.turbine(&$0, &arena) }
    report.count("NodeLink, 8 bytes, push and poll") { Links<UInt64>.node(&$0, &arena) }
    report.count("NodeLink, 64 bytes, push and poll") { Links<Line>.node(&$0, &arena) }
    report.count("VecSub, 8 bytes, two pushes and two polls") { vecSub(&$0, &arena) }
    report.count("VecPub, 8 bytes, a push and three polls") { vecPub(&$0, &arena) }
    report.count("RingBuffer, 8 bytes, push and poll") { ringBuffer(&$0, &arena) }
    report.count("map, filter and scan over VecLink, 8 bytes, push and poll") { pipeline(&$0, &arena) }
    report.count("BufferPool, take and drop") { bufferPool(&$0, &arena) }
  }

  private static let properties = QueueProperties(capacity: 1_024)

  /// Makes a queue, or fails the test that runs.
  fileprivate static func made<Queue: ~Copyable>(
    _ report: inout TestReport, _ make: (QueueProperties) throws(QueueError) -> Queue
  ) -> Queue? {
    do throws(QueueError) {
      return try make(properties)
    } catch {
      report.expect(false, "the queue could not be made")
      return nil
    }
  }
}

/// A message whose cost is counted.
private protocol CostMessage: BitwiseCopyable {
  init(_ value: UInt64)
  /// What a reader makes of it.
  var digest: UInt64 { get }
}

extension UInt64: CostMessage {
  fileprivate var digest: UInt64 { self }
}

/// A whole cache line, of which a reader reads both ends.
private struct Line: CostMessage {
  private let words: (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64)

  init(_ value: UInt64) { words = (value, value, value, value, value, value, value, value) }
  var digest: UInt64 { words.0 &+ words.7 }
}

// MARK: - Links

private enum Links<Message: CostMessage> {
  static func vec(_ report: inout TestReport, _ arena: inout Arena) -> InstructionCount? {
    let queue = QueueCosts.made(&report) { (properties) throws(QueueError) in
      try Channel<Message>.create(.link, over: .vec, properties, in: &arena)
    }
    guard let ends = queue?.link() else { return nil }
    return count(&report, ends.producer, ends.consumer)
  }

  static func latency(_ report: inout TestReport, _ arena: inout Arena) -> InstructionCount? {
    let queue = QueueCosts.made(&report) { (properties) throws(QueueError) in
      try Channel<Message>.create(.link, over: .latencyVec, properties, in: &arena)
    }
    guard let ends = queue?.link() else { return nil }
    return count(&report, ends.producer, ends.consumer)
  }

  static func turbine(_ report: inout TestReport, _ arena: inout Arena) -> InstructionCount? {
    let queue = QueueCosts.made(&report) { (properties) throws(QueueError) in
      try Channel<Message>.create(.link, over: .turbine, properties, in: &arena) { _ in Message(0) }
    }
    guard let ends = queue?.link() else { return nil }
    return count(&report, ends.producer, ends.consumer)
  }

  static func node(_ report: inout TestReport, _ arena: inout Arena) -> InstructionCount? {
    let queue = QueueCosts.made(&report) { (properties) throws(QueueError) in
      let pool = try NodePool<Message, HardwareWord>(capacity: properties.capacity + 1, in: &arena)
      return try Channel<Message>.create(.link, over: .nodes, properties, from: pool, in: &arena)
    }
    guard let ends = queue?.link() else { return nil }
    return count(&report, ends.producer, ends.consumer)
  }

  private static func count<Producing: Producer & ~Copyable, Consuming: Consumer & ~Copyable>(
    _ report: inout TestReport, _ producer: consuming Producing, _ consumer: consuming Consuming
  ) -> InstructionCount where Producing.Message == Message, Consuming.Message == Message {
    var sum: UInt64 = 0
    let count = InstructionCount { count in
      var left = count
      while left > 0 {
        _ = producer.push(Message(left))
        if case .ready(let message) = consumer.poll(at: .zero) { sum &+= message.digest }
        left &-= 1
      }
    }
    report.expect(sum > 0, "no message came out")
    return count
  }

  /// Of each message, in batches of 16.
  static func vecBatches(_ report: inout TestReport, _ arena: inout Arena) -> InstructionCount? {
    let queue = QueueCosts.made(&report) { (properties) throws(QueueError) in
      try Channel<Message>.create(.link, over: .vec, properties, in: &arena)
    }
    guard var ends = queue?.link() else { return nil }
    var sum: UInt64 = 0
    let count = InstructionCount(of: 16) { count in
      var left = count
      while left > 0 {
        _ = ends.producer.push(upTo: 16) { Message(left &+ UInt64(truncatingIfNeeded: $0)) }
        _ = ends.consumer.drain(upTo: 16) { sum &+= $0.digest }
        left &-= 1
      }
    }
    report.expect(sum > 0, "no message came out")
    return count
  }
}

// MARK: - Others

extension QueueCosts {
  private static func vecSub(_ report: inout TestReport, _ arena: inout Arena) -> InstructionCount? {
    let made = made(&report) { (properties) throws(QueueError) in
      try Channel<UInt64>.create(.sub, over: .vec, producers: 2, properties, in: &arena)
    }
    guard var queue = made, var first = end(&report, { () throws(QueueError) in try queue.pub() }),
      var second = end(&report, { () throws(QueueError) in try queue.pub() })
    else { return nil }
    var consumer = queue.sub()
    var sum: UInt64 = 0
    let count = InstructionCount { count in
      var left = count
      while left > 0 {
        _ = first.push(left)
        _ = second.push(left)
        if case .ready(let message) = consumer.poll(at: .zero) { sum &+= message }
        if case .ready(let message) = consumer.poll(at: .zero) { sum &+= message }
        left &-= 1
      }
    }
    report.expect(sum > 0, "no message came out")
    return count
  }

  private static func vecPub(_ report: inout TestReport, _ arena: inout Arena) -> InstructionCount? {
    let made = made(&report) { (properties) throws(QueueError) in
      try Channel<UInt64>.create(.pub, over: .vec, consumers: 3, properties, in: &arena)
    }
    guard var queue = made, var first = end(&report, { () throws(QueueError) in try queue.sub() }),
      var second = end(&report, { () throws(QueueError) in try queue.sub() }),
      var third = end(&report, { () throws(QueueError) in try queue.sub() })
    else { return nil }
    var producer = queue.pub()
    var sum: UInt64 = 0
    let count = InstructionCount { count in
      var left = count
      while left > 0 {
        _ = producer.push(left)
        if case .ready(let message) = first.poll(at: .zero) { sum &+= message }
        if case .ready(let message) = second.poll(at: .zero) { sum &+= message }
        if case .ready(let message) = third.poll(at: .zero) { sum &+= message }
        left &-= 1
      }
    }
    report.expect(sum > 0, "no message came out")
    return count
  }

  private static func ringBuffer(_ report: inout TestReport, _ arena: inout Arena) -> InstructionCount? {
    let made = made(&report) { (properties) throws(QueueError) in
      try RingBuffer<UInt64>(properties, in: &arena)
    }
    guard var queue = made else { return nil }
    var sum: UInt64 = 0
    let count = InstructionCount { count in
      var left = count
      while left > 0 {
        _ = queue.push(left)
        if case .ready(let message) = queue.poll(at: .zero) { sum &+= message }
        left &-= 1
      }
    }
    report.expect(sum > 0, "no message came out")
    return count
  }

  private static func pipeline(_ report: inout TestReport, _ arena: inout Arena) -> InstructionCount? {
    let queue = made(&report) { (properties) throws(QueueError) in
      try Channel<UInt64>.create(.link, over: .vec, properties, in: &arena)
    }
    guard let ends = queue?.link() else { return nil }
    var producer = ends.producer
    var stream = ends.consumer.map { $0 &* 2 }.filter { $0 & 2 == 0 }.scan(UInt64(0)) {
      (sum, message) -> UInt64 in
      sum &+= message
      return sum
    }
    var last: UInt64 = 0
    let count = InstructionCount { count in
      var left = count
      while left > 0 {
        _ = producer.push(left)
        if case .ready(let sum) = stream.poll(at: .zero) { last = sum }
        left &-= 1
      }
    }
    report.expect(last > 0, "no sum came out")
    return count
  }

  private static func bufferPool(_ report: inout TestReport, _ arena: inout Arena) -> InstructionCount? {
    let made = made(&report) { (_) throws(QueueError) in
      try BufferPool<HardwareWord>(capacity: 16, byteCount: 2_048, in: &arena)
    }
    guard let pool = made else { return nil }
    var bytes = 0
    let count = InstructionCount { count in
      var left = count
      while left > 0 {
        if let buffer = pool.take() { bytes &+= buffer.capacity }
        left &-= 1
      }
    }
    report.expect(bytes > 0 && pool.lentCount == 0, "buffers are missing", UInt64(pool.lentCount))
    return count
  }

  private static func end<End: ~Copyable>(
    _ report: inout TestReport, _ make: () throws(QueueError) -> End
  ) -> End? {
    made(&report) { (_) throws(QueueError) in try make() }
  }
}
