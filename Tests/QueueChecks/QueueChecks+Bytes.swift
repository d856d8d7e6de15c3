import Buffers
import Queues
import Streams
import Timing
import Wire

extension QueueChecks {
  static func pipes<Report: CheckReport & ~Copyable>(_ report: inout Report, _ arena: inout Arena) {
    let pool = made(&report) { () throws(QueueError) in
      try BufferPool<HardwareWord>(capacity: 1, byteCount: 64, in: &arena)
    }
    guard var buffer = pool?.take() else { return report.expect(false, "no buffer") }
    buffer.resize(to: 5)
    for index in 0..<5 {
      var bytes = buffer.buffer
      bytes.storeLittleEndian(UInt8(1 + index), at: index)
    }
    bytes(&report, &arena, buffer.bytes)
    frames(&report, &arena, buffer.bytes)
  }

  /// A pipe of seven bytes, five at a time.
  private static func bytes<Report: CheckReport & ~Copyable>(
    _ report: inout Report, _ arena: inout Arena, _ sent: RawSpan
  ) {
    let queue = made(&report) { () throws(QueueError) in
      try Channel<UInt8>.create(.link, over: .pipe, properties(capacity: 7), in: &arena)
    }
    guard var ends = queue?.link() else { return }
    for _ in 0..<5 {
      report.expect(ends.producer.write(sent) == 5, "did not take all five bytes")
      report.expect(ends.producer.write(sent) == 2, "did not take the two that fit")
      for index in 0..<7 {
        guard case .ready(let byte) = ends.consumer.poll(at: .zero) else {
          report.expect(false, "a byte is missing", UInt64(index))
          continue
        }
        report.expect(byte == UInt8(1 + index % 5), "another byte", UInt64(byte))
      }
    }
  }

  /// A pipe of twelve bytes, frames of one to five.
  private static func frames<Report: CheckReport & ~Copyable>(
    _ report: inout Report, _ arena: inout Arena, _ sent: RawSpan
  ) {
    let queue = made(&report) { () throws(QueueError) in
      try Channel<UInt8>.create(.link, over: .frames(.twoBytes), properties(capacity: 12), in: &arena)
    }
    guard var ends = queue?.link() else { return }
    for byteCount in 1...5 {
      do throws(FrameError) {
        let isWritten = try ends.writer.write(sent.extracting(first: byteCount))
        report.expect(isWritten, "no room for a frame of", UInt64(byteCount))
      } catch {
        report.expect(false, "a frame is too long", UInt64(byteCount))
      }
      if let frame = ends.reader.frame() {
        report.expect(frame.byteCount == byteCount, "another length", UInt64(frame.byteCount))
        for index in 0..<frame.byteCount {
          report.expect(
            frame.byte(at: index) == UInt8(1 + index), "another byte", UInt64(frame.byte(at: index)))
        }
      } else {
        return report.expect(false, "the frame is missing", UInt64(byteCount))
      }
      ends.reader.consumeFrame()
    }
  }

  static func balance<Report: CheckReport & ~Copyable>(_ report: inout Report, _ arena: inout Arena) {
    let nodes = made(&report) { () throws(QueueError) in
      try NodePool<UniqueBuffer<HardwareWord>, HardwareWord>(capacity: 4, in: &arena)
    }
    let buffers = made(&report) { () throws(QueueError) in
      try BufferPool<HardwareWord>(capacity: 3, byteCount: 64, in: &arena)
    }
    guard let nodes, let buffers else { return }
    travel(&report, nodes, buffers, &arena)
    report.expect(nodes.lentCount == 0, "nodes are missing", UInt64(nodes.lentCount))
    report.expect(buffers.lentCount == 0, "buffers are missing", UInt64(buffers.lentCount))
  }

  /// Buffers go through a queue of nodes; some are taken, some are left in it, and all ends go.
  private static func travel<Report: CheckReport & ~Copyable>(
    _ report: inout Report, _ nodes: NodePool<UniqueBuffer<HardwareWord>, HardwareWord>,
    _ buffers: BufferPool<HardwareWord>, _ arena: inout Arena
  ) {
    let queue = made(&report) { () throws(QueueError) in
      try Channel<UniqueBuffer<HardwareWord>>.create(
        .link, over: .nodes, QueueProperties(capacity: 3), from: nodes, in: &arena)
    }
    guard var ends = queue?.link() else { return }
    for index in 0..<3 {
      guard var buffer = buffers.take() else { return report.expect(false, "no buffer", UInt64(index)) }
      buffer.resize(to: index)
      if let _ = ends.producer.push(buffer) { report.expect(false, "refused with room", UInt64(index)) }
    }
    report.expect(buffers.lentCount == 3, "lent", UInt64(buffers.lentCount))
    if let _ = buffers.take() { report.expect(false, "lent more than there are") }
    guard case .ready(let buffer) = ends.consumer.poll(at: .zero) else {
      return report.expect(false, "no buffer came out")
    }
    report.expect(buffer.byteCount == 0, "another buffer came out", UInt64(buffer.byteCount))
    let shared = buffer.share()
    let other = shared.clone()
    report.expect(other.byteCount == shared.byteCount, "the owners see different bytes")
  }
}
