import Buffers
import Queues
import Streams
import TestSupport
import Timing
import XCTest

/// Counts nobody would ask for, and queues that nobody reads.
final class QueueEdgeTests: XCTestCase {
  private func leave<End: ~Copyable>(_ end: consuming End) {}

  func testAQueueThatDropsGivesBackWhenNoConsumerIsLeft() throws {
    let memory = TestArena()
    let properties = QueueProperties(capacity: 2, overflow: .dropNewest)
    let link = try VecLink<UInt64, HardwareWord>(properties, in: &memory.arena).link()
    var producer = link.producer
    leave(link.consumer)
    let turbine = try TurbineLink<UInt64, HardwareWord>(properties, in: &memory.arena) { _ in 0 }.link()
    var writer = turbine.producer
    leave(turbine.consumer)
    for id in 0..<UInt64(4) {
      XCTAssertEqual(producer.push(id), id < 2 ? nil : id)
      XCTAssertEqual(writer.push(id), id < 2 ? nil : id)
    }
    XCTAssertEqual(producer.droppedCount + writer.droppedCount, 0)
  }

  func testWithNobodyThereTheRoomIsWhatItWas() throws {
    let memory = TestArena()
    let properties = QueueProperties(capacity: 4, watermarks: Watermarks(low: 0, high: 4))
    var producer = try VecPub<UInt64, HardwareWord>(consumers: 1, properties, in: &memory.arena).pub()
    XCTAssertNil(producer.push(1))
    XCTAssertNil(producer.pressureChange(), "there is room")
    XCTAssertEqual(producer.count, 1)
    XCTAssertEqual(producer.push(upTo: -1) { UInt64($0) }, 0)
    XCTAssertNil(producer.push(2))
    XCTAssertEqual(producer.push(upTo: 4) { UInt64($0) }, 2)
    XCTAssertEqual(producer.pressureChange(), .on)
    XCTAssertEqual(producer.push(5), 5)
  }

  func testPressureEndsWithinOneCoreAtTheLowWatermark() throws {
    let memory = TestArena()
    var ring = try RingBuffer<UInt64>(
      QueueProperties(capacity: 4, watermarks: Watermarks(low: 0, high: 2)), in: &memory.arena)
    for id in 1...2 as ClosedRange<UInt64> { XCTAssertNil(ring.push(id)) }
    XCTAssertEqual(ring.pressureChange(), .on)
    for id in 1...2 as ClosedRange<UInt64> { XCTAssertEqual(ring.select(1), id) }
    XCTAssertNil(ring.push(3))
    XCTAssertEqual(ring.pressureChange(), .off, "it was empty")
  }

  func testAnyCountMayBeAskedFor() throws {
    for first in [0, .max, .max - 1] as [UInt64] {
      let memory = TestArena()
      let properties = QueueProperties(capacity: 1, firstSequence: first)
      var link = try VecLink<UInt64, HardwareWord>(properties, in: &memory.arena).link()
      var latency = try LatencyLink<UInt64, HardwareWord>(properties, in: &memory.arena).link()
      var share = try VecShare<UInt64, HardwareWord>(consumers: 1, properties, in: &memory.arena)
      var sharer = try share.sub()
      var sharing = share.pub()
      for count in [.min, -1, 0, 1, .max, -1, .min] {
        var left = count > 0 ? 1 : 0
        XCTAssertEqual(link.producer.push(upTo: count) { UInt64($0) }, left)
        XCTAssertEqual(latency.producer.push(upTo: count) { UInt64($0) }, left)
        XCTAssertEqual(sharing.push(upTo: count) { UInt64($0) }, left)
        for limit in [.min, -1, 0, .max, .max] {
          let expected = limit > 0 ? left : 0
          XCTAssertEqual(link.consumer.drain(upTo: limit) { _ in }, expected)
          XCTAssertEqual(latency.consumer.drain(upTo: limit) { _ in }, expected)
          XCTAssertEqual(sharer.drain(upTo: limit) { _ in }, expected)
          left -= expected
        }
      }
    }
  }
}
